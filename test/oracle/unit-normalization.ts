import { type OracleOp, tensor } from "./tensor.ts";

/** Scales each vector along the last axis to length 1. */
export function unitNormalization(): OracleOp {
  return {
    forward([x]) {
      const C = x.shape.at(-1)!;
      const lengthOf = (i: number) => {
        const start = i - (i % C);
        return Math.max(Math.hypot(...x.data.subarray(start, start + C)), 1e-12);
      };
      const output = tensor(
        x.shape,
        x.data.map((value, i) => value / lengthOf(i)),
      );
      return {
        output,
        backward(dOutput) {
          const dX = tensor(x.shape);
          // output[i] = x[i] / length, where the length depends on every number of the vector
          for (const i of dX.data.keys()) {
            const start = i - (i % C);
            for (let j = start; j < start + C; j++) {
              const direct = i === j ? 1 : 0;
              dX.data[i] += (dOutput.data[j] * (direct - output.data[i] * output.data[j])) / lengthOf(i);
            }
          }
          return { inputs: [dX], weights: [] };
        },
      };
    },
  };
}
