import { type OracleOp, tensor } from "./tensor.ts";

/** x * scale + offset. */
export function rescaling({ scale, offset = 0 }: { scale: number; offset?: number }): OracleOp {
  return {
    forward: ([x]) => ({
      output: tensor(
        x.shape,
        x.data.map((value) => value * scale + offset),
      ),
      // output[i] = x[i] * scale + offset
      backward: (dOutput) => ({
        inputs: [
          tensor(
            x.shape,
            dOutput.data.map((d) => d * scale),
          ),
        ],
        weights: [],
      }),
    }),
  };
}
