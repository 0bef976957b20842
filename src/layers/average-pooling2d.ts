import type { LayerMaker } from "./define-layer.ts";
import { definePooling, type Pooling2dOptions } from "./pooling2d.ts";

/**
 * The mean of each window. Input: `[N, rows, columns, channels]`; output: `[N, output rows, output columns, channels]`,
 * with padding "valid" floor((rows - pool rows) / stride) + 1 rows, with "same" ceil(rows / stride), where a mean is
 * taken over the positions inside the image only. No weights.
 * https://keras.io/api/layers/pooling_layers/average_pooling2d/
 * @throws InputError for an option out of range, and with padding "valid" for an input smaller than the window
 */
export const averagePooling2d: LayerMaker<Pooling2dOptions> = definePooling("averagePooling2d", "average");
