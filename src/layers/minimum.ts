import { minimum as smaller } from "../ops/arithmetic.ts";
import { defineLayer, type LayerMaker, type LayerOptions } from "./define-layer.ts";
import { folded, merging } from "./merging.ts";

/**
 * The elementwise minimum of tensors. Input: two tensors or more whose axes are
 * equal or 1, which are repeated; output: the broadcast shape; no weights.
 * https://keras.io/api/layers/merging_layers/minimum/
 * @throws InputError for fewer than two inputs, and for shapes that do not fit
 */
export const minimum: LayerMaker<LayerOptions> = defineLayer("minimum", {}, (_, inputs, complain) =>
  merging(inputs, complain, (tape, values) => folded(tape, values, smaller)),
);
