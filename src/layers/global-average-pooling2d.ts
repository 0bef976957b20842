import { checkOptions } from "../core/errors.ts";
import { flatten } from "../ops/flatten.ts";
import { pool } from "../ops/pooling.ts";
import { defineLayer, type Layer, type LayerOptions, singleImage } from "./layer.ts";

export interface GlobalAveragePooling2dOptions extends LayerOptions {
  /** Whether the output stays an image of one cell, [1, 1, channels]; default false. */
  readonly keepdims?: boolean;
}

/** The mean of each map. https://keras.io/api/layers/pooling_layers/global_average_pooling2d/ */
export function globalAveragePooling2d(options: GlobalAveragePooling2dOptions = {}): Layer {
  checkOptions("[globalAveragePooling2d]", options, ["keepdims", "name"]);
  const keepdims = options.keepdims ?? false;
  return defineLayer("globalAveragePooling2d", options, { keepdims }, (shapes, complain) => {
    const [H, W, channels] = singleImage(shapes, complain);
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
  });
}
