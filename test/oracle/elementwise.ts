import { type OracleOp, type Tensor64, tensor } from "./tensor.ts";

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

/** The sum of any number of inputs of one shape. */
export function add(): OracleOp {
  return {
    forward: (inputs) => ({
      output: tensor(
        inputs[0].shape,
        inputs[0].data.map((_, i) => inputs.reduce((sum, x) => sum + x.data[i], 0)),
      ),
      // output[i] = sum of x[i] over the inputs
      backward: (dOutput) => ({ inputs: inputs.map(() => dOutput), weights: [] }),
    }),
  };
}

/** Keeps the elements where the mask (of the input's shape) is 1, scaled by 1 / (1 - rate); others, mask 0, become 0. */
export function dropout({ rate, mask }: { rate: number; mask: Tensor64 }): OracleOp {
  const masked = (x: Tensor64) =>
    tensor(
      x.shape,
      x.data.map((value, i) => (value * mask.data[i]) / (1 - rate)),
    );
  return {
    forward: ([x]) => ({
      output: masked(x),
      // output[i] = x[i] * mask[i] / (1 - rate)
      backward: (dOutput) => ({ inputs: [masked(dOutput)], weights: [] }),
    }),
  };
}
