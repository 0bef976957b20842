import { type OptionsOf, required } from "../core/options.ts";
import { defineLayer, type LayerMaker, type LayerOptions } from "./define-layer.ts";
import { factor, fillsWithItsValue, geometryLayer, resampling, times } from "./random-geometry.ts";

const options = {
  /**
   * How far images move down, as a share of their height from -1 to 1: `[low, high]`, negative for up, or a number f
   * for `[-f, f]`.
   */
  heightFactor: required(factor(-1)),
  /** How far images move to the right, as a share of their width; negative for left. */
  widthFactor: required(factor(-1)),
  ...resampling,
};

/** Options of {@link randomTranslation}. */
export interface RandomTranslationOptions extends LayerOptions, OptionsOf<typeof options> {}

/**
 * In training, moves each image by its own random distance; otherwise passes its input. The distances follow from the
 * seed of `fit`, the layer's name, the step and the image's place in the batch. Input and output:
 * `[N, rows, columns, channels]`; no weights.
 * https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_translation/
 * @throws InputError for an option out of range, and for an input that is no image
 */
export const randomTranslation: LayerMaker<RandomTranslationOptions> = defineLayer(
  "randomTranslation",
  options,
  ({ heightFactor, widthFactor, ...how }, inputs, complain, layer) => {
    const shift = (rows: number, columns: number) => ({
      shift: { rows: times(heightFactor, rows), columns: times(widthFactor, columns) },
    });
    return geometryLayer(shift, how, inputs, complain, layer);
  },
  fillsWithItsValue,
);
