import { type OracleOp, tensor } from "./tensor.ts";

/** Input [N, I]; weights centres [I, K]; output [N, K], the squared distances (LeCun et al. 1998, eq. 7). */
export function rbf(): OracleOp {
  return {
    isQuadratic: true,
    forward([x], [centres]) {
      const [N] = x.shape;
      const [I, K] = centres.shape;
      const output = tensor([N, K]);
      for (let n = 0; n < N; n++)
        for (let k = 0; k < K; k++)
          for (let i = 0; i < I; i++) output.data[n * K + k] += (x.data[n * I + i] - centres.data[i * K + k]) ** 2;
      return {
        output,
        backward(dOutput) {
          const dX = tensor(x.shape);
          const dCentres = tensor(centres.shape);
          // output[n, k] += (x[n, i] - centres[i, k])^2
          for (let n = 0; n < N; n++)
            for (let k = 0; k < K; k++)
              for (let i = 0; i < I; i++) {
                const slope = 2 * (x.data[n * I + i] - centres.data[i * K + k]) * dOutput.data[n * K + k];
                dX.data[n * I + i] += slope;
                dCentres.data[i * K + k] -= slope;
              }
          return { inputs: [dX], weights: [dCentres] };
        },
      };
    },
  };
}
