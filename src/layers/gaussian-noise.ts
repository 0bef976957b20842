import { type OptionsOf, required, within } from "../core/options.ts";
import { hash32 } from "../core/random.ts";
import { gaussianNoise as addNoise } from "../ops/dropout.ts";
import { defineLayer, type LayerMaker, type LayerOptions, single } from "./define-layer.ts";

const options = {
  /** The standard deviation of the noise, from 0 to 1, in the units of the input; 0 adds none. */
  stddev: required(within(0, 1)),
};

/** Options of {@link gaussianNoise}. */
export interface GaussianNoiseOptions extends LayerOptions, OptionsOf<typeof options> {}

/**
 * In training, adds a normal random number with mean 0 to each element; otherwise passes its input. The numbers follow
 * from the seed of `fit`, the layer's name and the step. Input and output: one tensor of any shape; no weights.
 * https://keras.io/api/layers/regularization_layers/gaussian_noise/
 * @throws InputError for a deviation out of range
 */
export const gaussianNoise: LayerMaker<GaussianNoiseOptions> = defineLayer(
  "gaussianNoise",
  options,
  ({ stddev }, inputs, complain, layer) => ({
    outputShape: single(inputs, complain),
    weights: [],
    connections: 0,
    macs: 0,
    emit: (tape, [x]) => addNoise(tape, x!, "sum", stddev, hash32(layer.name)),
  }),
);
