import { type OptionsOf, optional } from "../core/options.ts";
import { crop } from "../ops/cropping2d.ts";
import { defineLayer, type LayerMaker, type LayerOptions, singleImage } from "./define-layer.ts";
import { sides } from "./sides.ts";

const options = {
  /** Rows and columns to cut off: for all sides, `[rows, columns]`, or `[[top, bottom], [left, right]]`. Default 0. */
  cropping: optional(sides, 0),
};

/** Options of {@link cropping2d}. */
export interface Cropping2dOptions extends LayerOptions, OptionsOf<typeof options> {}

/**
 * Cuts rows and columns off the sides of an image. Input: `[N, rows, columns, channels]`; output:
 * `[N, rows - top - bottom, columns - left - right, channels]`; no weights.
 * https://keras.io/api/layers/reshaping_layers/cropping2d/
 * @throws InputError for a cropping that is none of the three forms, negative, or leaves nothing of the image
 */
export const cropping2d: LayerMaker<Cropping2dOptions> = defineLayer(
  "cropping2d",
  options,
  ({ cropping: [[top, bottom], [left, right]] }, inputs, complain) => {
    const [H, W, channels] = singleImage(inputs, complain);
    const [rows, columns] = [H - top - bottom, W - left - right];
    if (rows < 1 || columns < 1) {
      complain(
        `expected a cropping that leaves a row and a column of ${H}x${W}, got ${top + bottom} rows and ${left + right} columns`,
      );
    }
    return {
      outputShape: [rows, columns, channels],
      weights: [],
      connections: 0,
      macs: 0,
      emit: (tape, [x]) => crop(tape, x!, { top, bottom, left, right }),
    };
  },
);
