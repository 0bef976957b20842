import { type OptionsOf, optional, required } from "../core/options.ts";
import { defineLayer, type LayerMaker, type LayerOptions } from "./define-layer.ts";
import { factor, fillsWithItsValue, geometryLayer, plus, resampling } from "./random-geometry.ts";

const options = {
  /**
   * How much more of the height is seen, as a share above -1 and up to 1: `[low, high]`, negative for enlarging, or a
   * number f for `[-f, f]`. 0.5 shows one and a half heights.
   */
  heightFactor: required(factor(-1, true)),
  /** The same for the width. Default: each image's width is zoomed as its height, which keeps proportions. */
  widthFactor: optional(factor(-1, true), undefined),
  ...resampling,
};

/** Options of {@link randomZoom}. */
export interface RandomZoomOptions extends LayerOptions, OptionsOf<typeof options> {}

/**
 * In training, enlarges or shrinks each image around its centre by its own random factor; otherwise passes its input.
 * The factors follow from the seed of `fit`, the layer's name, the step and the image's place in the batch. Input and
 * output: `[N, rows, columns, channels]`; no weights.
 * https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_zoom/
 * @throws InputError for an option out of range, and for an input that is no image
 */
export const randomZoom: LayerMaker<RandomZoomOptions> = defineLayer(
  "randomZoom",
  options,
  ({ heightFactor, widthFactor, ...how }, inputs, complain, layer) => {
    const zoom = { rows: plus(heightFactor, 1), columns: widthFactor && plus(widthFactor, 1) };
    return geometryLayer(() => ({ zoom }), how, inputs, complain, layer);
  },
  fillsWithItsValue,
);
