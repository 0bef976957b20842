import { multiply as product } from "../ops/arithmetic.ts";
import { defineLayer, type LayerMaker, type LayerOptions } from "./define-layer.ts";
import { folded, merging } from "./merging.ts";

/**
 * The elementwise product of tensors. Input: two tensors or more whose axes are
 * equal or 1, which are repeated; output: the broadcast shape; no weights.
 * https://keras.io/api/layers/merging_layers/multiply/
 * @throws InputError for fewer than two inputs, and for shapes that do not fit
 */
export const multiply: LayerMaker<LayerOptions> = defineLayer("multiply", {}, (_, inputs, complain) =>
  merging(inputs, complain, (tape, values) => folded(tape, values, product)),
);
