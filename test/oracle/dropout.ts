import { type OracleOp, type Tensor64, tensor } from "./tensor.ts";

/**
 * Multiplies elements by 1 / (1 - rate) where the mask is 1; where it is 0, they become 0. The mask has the input's
 * shape.
 */
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
