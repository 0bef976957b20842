import type { LayerMaker } from "./define-layer.ts";
import { defineGlobalPooling, type GlobalPooling2dOptions } from "./global-pooling2d.ts";

/**
 * The mean of each map. Input: `[N, rows, columns, channels]`; output: `[N, channels]`, or `[N, 1, 1, channels]` with
 * `keepdims`; no weights. https://keras.io/api/layers/pooling_layers/global_average_pooling2d/
 * @throws InputError for an input that is no image
 */
export const globalAveragePooling2d: LayerMaker<GlobalPooling2dOptions> = defineGlobalPooling(
  "globalAveragePooling2d",
  "average",
);
