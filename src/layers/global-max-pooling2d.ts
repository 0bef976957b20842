import type { LayerMaker } from "./define-layer.ts";
import { defineGlobalPooling, type GlobalPooling2dOptions } from "./global-pooling2d.ts";

/**
 * The maximum of each map. Input: `[N, rows, columns, channels]`; output: `[N, channels]`, or `[N, 1, 1, channels]` with
 * `keepdims`; no weights. Of equal maxima, the first, row by row, gets the gradient.
 * https://keras.io/api/layers/pooling_layers/global_max_pooling2d/
 * @throws InputError for an input that is no image
 */
export const globalMaxPooling2d: LayerMaker<GlobalPooling2dOptions> = defineGlobalPooling("globalMaxPooling2d", "max");
