import { choice, type OptionsOf, optional } from "../core/options.ts";
import { enlarge } from "../ops/up-sampling2d.ts";
import { defineLayer, type LayerMaker, type LayerOptions, singleImage } from "./define-layer.ts";
import { size2d } from "./windows.ts";

const options = {
  /** Factors of rows and columns: a number or [rows, columns]; default 2. */
  size: optional(size2d, 2),
  /** "nearest" (default): each position is repeated. "bilinear": the weighted mean of the four nearest positions. */
  interpolation: optional(choice(["nearest", "bilinear"]), "nearest"),
};

/** Options of {@link upSampling2d}. */
export interface UpSampling2dOptions extends LayerOptions, OptionsOf<typeof options> {}

/**
 * An image with more rows and columns. Input: `[N, rows, columns, channels]`; output: `[N, rows size[0], columns size[1],
 * channels]`; no weights. https://keras.io/api/layers/reshaping_layers/up_sampling2d/
 * @throws InputError for an option out of range, and an input that is no image
 */
export const upSampling2d: LayerMaker<UpSampling2dOptions> = defineLayer(
  "upSampling2d",
  options,
  ({ size, interpolation }, inputs, complain) => {
    const [H, W, channels] = singleImage(inputs, complain);
    const [rows, columns] = [H * size[0], W * size[1]];
    const read = interpolation === "bilinear" ? 4 : 1;
    return {
      outputShape: [rows, columns, channels],
      weights: [],
      connections: rows * columns * channels * read,
      macs: interpolation === "bilinear" ? rows * columns * channels * read : 0,
      emit: (tape, [x]) => enlarge(tape, x!, { size, interpolation }),
    };
  },
);
