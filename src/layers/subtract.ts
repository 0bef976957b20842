import { subtract as difference } from "../ops/arithmetic.ts";
import { defineLayer, type LayerMaker, type LayerOptions } from "./define-layer.ts";
import { merging } from "./merging.ts";

/**
 * The first tensor minus the second. Input: two tensors whose axes are equal or 1, which are repeated; output: the
 * broadcast shape; no weights.
 * https://keras.io/api/layers/merging_layers/subtract/
 * @throws InputError for another number of inputs than two, and for shapes that do not fit
 */
export const subtract: LayerMaker<LayerOptions> = defineLayer("subtract", {}, (_, inputs, complain) => {
  if (inputs.length !== 2) complain(`expected two input tensors, got ${inputs.length}`);
  return merging(inputs, complain, (tape, [a, b]) => difference(tape, a!, b!));
});
