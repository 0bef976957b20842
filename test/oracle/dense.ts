import { type OracleOp, tensor } from "./tensor.ts";

/** Input [N, I]; weights kernel [I, O] and, optionally, bias [O]; output [N, O]. */
export function dense(): OracleOp {
  return {
    forward([x], [kernel, bias]) {
      const [N] = x.shape;
      const [I, O] = kernel.shape;
      const output = tensor([N, O]);
      for (let n = 0; n < N; n++)
        for (let o = 0; o < O; o++) {
          let sum = bias === undefined ? 0 : bias.data[o];
          for (let i = 0; i < I; i++) sum += x.data[n * I + i] * kernel.data[i * O + o];
          output.data[n * O + o] = sum;
        }

      return {
        output,
        backward(dOutput) {
          const dX = tensor(x.shape);
          const dKernel = tensor(kernel.shape);
          const dBias = tensor([O]);
          for (let n = 0; n < N; n++)
            for (let o = 0; o < O; o++) {
              const d = dOutput.data[n * O + o];
              // sum = bias[o]
              dBias.data[o] += d;
              // sum += x[n, i] * kernel[i, o]
              for (let i = 0; i < I; i++) {
                dX.data[n * I + i] += d * kernel.data[i * O + o];
                dKernel.data[i * O + o] += d * x.data[n * I + i];
              }
            }
          return { inputs: [dX], weights: bias === undefined ? [dKernel] : [dKernel, dBias] };
        },
      };
    },
  };
}
