import { type OptionsOf, required } from "../core/options.ts";
import { defineLayer, type LayerMaker, type LayerOptions } from "./define-layer.ts";
import { factor, fillsWithItsValue, geometryLayer, resampling } from "./random-geometry.ts";

const options = {
  /**
   * The angle as a share of a full turn, from -1 to 1: `[low, high]`, or a number f for `[-f, f]`. As in Keras, 0.25
   * shows the image turned by a quarter counterclockwise.
   */
  factor: required(factor(-1)),
  ...resampling,
};

/** Options of {@link randomRotation}. */
export interface RandomRotationOptions extends LayerOptions, OptionsOf<typeof options> {}

/**
 * In training, turns each image around its centre by its own random angle; otherwise passes its input. The angles follow
 * from the seed of `fit`, the layer's name, the step and the image's place in the batch. Input and output:
 * `[N, rows, columns, channels]`; no weights.
 * https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_rotation/
 * @throws InputError for an option out of range, and for an input that is no image
 */
export const randomRotation: LayerMaker<RandomRotationOptions> = defineLayer(
  "randomRotation",
  options,
  ({ factor, ...how }, inputs, complain, layer) =>
    geometryLayer(() => ({ angle: factor }), how, inputs, complain, layer),
  fillsWithItsValue,
);
