import { addValues } from "../ops/arithmetic.ts";
import { rescale } from "../ops/rescaling.ts";
import { defineLayer, type LayerMaker, type LayerOptions } from "./define-layer.ts";
import { folded, merging } from "./merging.ts";

/**
 * The elementwise mean of tensors. Input: two tensors or more whose axes are
 * equal or 1, which are repeated; output: the broadcast shape; no weights.
 * https://keras.io/api/layers/merging_layers/average/
 * @throws InputError for fewer than two inputs, and for shapes that do not fit
 */
export const average: LayerMaker<LayerOptions> = defineLayer("average", {}, (_, inputs, complain) =>
  merging(inputs, complain, (tape, values) => rescale(tape, folded(tape, values, addValues), 1 / values.length, 0)),
);
