import { batchShapeText } from "../core/tensor.ts";
import { concatenate as join } from "../ops/concatenate.ts";
import { defineLayer, type LayerMaker, type LayerOptions } from "./define-layer.ts";

/**
 * Joins tensors along the last axis: the channels of the first input, then those of the second, and so on. Input: two
 * tensors or more of the same rows and columns; output: `[N, rows, columns, sum of channels]`; no weights.
 * https://keras.io/api/layers/merging_layers/concatenate/
 * @throws InputError for fewer than two inputs, and for inputs that differ in other axes than the last
 */
export const concatenate: LayerMaker<LayerOptions> = defineLayer("concatenate", {}, (_, inputs, complain) => {
  if (inputs.length < 2) complain(`expected at least two input tensors, got ${inputs.length}`);
  const front = inputs[0]!.slice(0, -1);
  const isJoinable = inputs.every((shape) => shape.slice(0, -1).join() === front.join());
  if (!isJoinable) {
    complain(`expected inputs that differ in the last axis only, got ${inputs.map(batchShapeText).join(" and ")}`);
  }
  return {
    outputShape: [...front, inputs.reduce((sum, shape) => sum + shape[shape.length - 1]!, 0)],
    weights: [],
    connections: 0,
    macs: 0,
    emit: (tape, values) => join(tape, values),
  };
});
