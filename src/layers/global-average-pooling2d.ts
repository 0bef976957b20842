import { flag, type OptionsOf, optional } from "../core/options.ts";
import { flatten } from "../ops/flatten.ts";
import { pool } from "../ops/pooling2d.ts";
import { defineLayer, type LayerMaker, type LayerOptions, singleImage } from "./define-layer.ts";

const options = {
  /** true: the output stays an image, [1, 1, channels]; false (default): it is a vector. */
  keepdims: optional(flag, false),
};

/** Options of {@link globalAveragePooling2d}. */
export interface GlobalAveragePooling2dOptions extends LayerOptions, OptionsOf<typeof options> {}

/**
 * The mean of each map. Input: `[N, rows, columns, channels]`; output: `[N, channels]`, or `[N, 1, 1, channels]` with
 * `keepdims`; no weights. https://keras.io/api/layers/pooling_layers/global_average_pooling2d/
 * @throws InputError for an input that is no image
 */
export const globalAveragePooling2d: LayerMaker<GlobalAveragePooling2dOptions> = defineLayer(
  "globalAveragePooling2d",
  options,
  ({ keepdims }, inputs, complain) => {
    const [H, W, channels] = singleImage(inputs, complain);
    const window = { size: [H, W], strides: [1, 1], output: [1, 1], top: 0, left: 0 } as const;
    return {
      outputShape: keepdims ? [1, 1, channels] : [channels],
      weights: [],
      connections: H * W * channels,
      macs: 0,
      emit(tape, [x]) {
        const y = pool(tape, x!, "average", window);
        return keepdims ? y : flatten(tape, y);
      },
    };
  },
);
