import { flag, type OptionsOf, optional } from "../core/options.ts";
import { flatten } from "../ops/flatten.ts";
import { pool } from "../ops/pooling2d.ts";
import { defineLayer, type LayerMaker, type LayerOptions, singleImage } from "./define-layer.ts";

const options = {
  /** true: the output stays an image, [1, 1, channels]; false (default): it is a vector. */
  keepdims: optional(flag, false),
};

/** Options of `globalAveragePooling2d` and `globalMaxPooling2d`. */
export interface GlobalPooling2dOptions extends LayerOptions, OptionsOf<typeof options> {}

/** Defines `globalAveragePooling2d` or `globalMaxPooling2d`, which differ in the operation only. */
export function defineGlobalPooling(
  type: "globalAveragePooling2d" | "globalMaxPooling2d",
  kind: "average" | "max",
): LayerMaker<GlobalPooling2dOptions> {
  return defineLayer(type, options, ({ keepdims }, inputs, complain) => {
    const [H, W, channels] = singleImage(inputs, complain);
    const window = { size: [H, W], strides: [1, 1], output: [1, 1], top: 0, left: 0 } as const;
    return {
      outputShape: keepdims ? [1, 1, channels] : [channels],
      weights: [],
      connections: H * W * channels,
      macs: 0,
      emit(tape, [x]) {
        const y = pool(tape, x!, kind, window);
        return keepdims ? y : flatten(tape, y);
      },
    };
  });
}
