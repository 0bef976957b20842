import { add as sum } from "../ops/add.ts";
import { addValues } from "../ops/arithmetic.ts";
import { defineLayer, type LayerMaker, type LayerOptions } from "./define-layer.ts";
import { folded, merging } from "./merging.ts";

/**
 * The elementwise sum of tensors. Input: two tensors or more whose axes are equal or 1, which are repeated; output: the
 * broadcast shape; no weights. https://keras.io/api/layers/merging_layers/add/
 * @throws InputError for fewer than two inputs, and for shapes that do not fit
 */
export const add: LayerMaker<LayerOptions> = defineLayer("add", {}, (_, inputs, complain) => {
  const isOneShape = inputs.every((shape) => shape.join() === inputs[0]!.join());
  return merging(inputs, complain, (tape, values) =>
    isOneShape ? sum(tape, values) : folded(tape, values, addValues),
  );
});
