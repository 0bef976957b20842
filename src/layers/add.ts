import { batchShapeText } from "../core/tensor.ts";
import { add as sum } from "../ops/add.ts";
import { defineLayer, type LayerMaker, type LayerOptions } from "./define-layer.ts";

/**
 * The elementwise sum of tensors. Input: two tensors or more of one shape; output: the same shape; no weights.
 * https://keras.io/api/layers/merging_layers/add/
 * @throws InputError for fewer than two inputs, and for inputs of different shapes
 */
export const add: LayerMaker<LayerOptions> = defineLayer("add", {}, (_, inputs, complain) => {
  if (inputs.length < 2) complain(`expected at least two input tensors, got ${inputs.length}`);
  if (inputs.some((shape) => shape.join() !== inputs[0]!.join())) {
    complain(`expected inputs of one shape, got ${inputs.map(batchShapeText).join(" and ")}`);
  }
  return {
    outputShape: inputs[0]!,
    weights: [],
    connections: 0,
    macs: 0,
    emit: (tape, values) => sum(tape, values),
  };
});
