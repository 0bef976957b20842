import { sizeOf } from "../core/tensor.ts";
import { flatten as flattenValue } from "../ops/flatten.ts";
import { defineLayer, type LayerMaker, type LayerOptions, single } from "./define-layer.ts";

/**
 * An image as a vector, in the order row, column, channel. Input: `[N, rows, columns, channels]`; output:
 * `[N, rows columns channels]`; no weights. A vector stays as it is.
 * https://keras.io/api/layers/reshaping_layers/flatten/
 */
export const flatten: LayerMaker<LayerOptions> = defineLayer("flatten", {}, (_, inputs, complain) => ({
  outputShape: [sizeOf(single(inputs, complain))],
  weights: [],
  connections: 0,
  macs: 0,
  emit: (tape, [x]) => flattenValue(tape, x!),
}));
