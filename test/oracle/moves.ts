import { type Tensor64, tensor } from "./tensor.ts";

/**
 * The pass of an operation that only moves elements; `eachMove` calls `move` with every pair of output and input index.
 */
export function moves(x: Tensor64, output: Tensor64, eachMove: (move: (o: number, i: number) => void) => void) {
  eachMove((o, i) => {
    output.data[o] = x.data[i];
  });
  return {
    output,
    backward(dOutput: Tensor64) {
      const dX = tensor(x.shape);
      // output[o] = x[i]
      eachMove((o, i) => {
        dX.data[i] += dOutput.data[o];
      });
      return { inputs: [dX], weights: [] };
    },
  };
}
