import { type OptionsOf, optional } from "../core/options.ts";
import { pad } from "../ops/zero-padding2d.ts";
import { defineLayer, type LayerMaker, type LayerOptions, singleImage } from "./define-layer.ts";
import { sides } from "./sides.ts";

const options = {
  /**
   * Rows and columns of zeros: a number for all sides, `[rows, columns]`, or `[[top, bottom], [left, right]]`; default
   * 1.
   */
  padding: optional(sides, 1),
};

/** Options of {@link zeroPadding2d}. */
export interface ZeroPadding2dOptions extends LayerOptions, OptionsOf<typeof options> {}

/**
 * Zeros around an image. Input: `[N, rows, columns, channels]`; output:
 * `[N, top + rows + bottom, left + columns + right, channels]`; no weights.
 * https://keras.io/api/layers/reshaping_layers/zero_padding2d/
 * @throws InputError for a padding that is none of the three forms, or negative
 */
export const zeroPadding2d: LayerMaker<ZeroPadding2dOptions> = defineLayer(
  "zeroPadding2d",
  options,
  ({ padding: [[top, bottom], [left, right]] }, inputs, complain) => {
    const [H, W, channels] = singleImage(inputs, complain);
    return {
      outputShape: [H + top + bottom, W + left + right, channels],
      weights: [],
      connections: 0,
      macs: 0,
      emit: (tape, [x]) => pad(tape, x!, { top, bottom, left, right }),
    };
  },
);
