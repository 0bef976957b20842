import { type OracleOp, type Tensor64, tensor } from "./tensor.ts";

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
