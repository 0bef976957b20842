import { belowOne, type OptionsOf, required } from "../core/options.ts";
import { hash32 } from "../core/random.ts";
import { gaussianNoise } from "../ops/dropout.ts";
import { defineLayer, type LayerMaker, type LayerOptions, single } from "./define-layer.ts";

const options = {
  /** As the rate of a dropout with the same variance, in [0, 1); 0 changes nothing. */
  rate: required(belowOne),
};

/** Options of {@link gaussianDropout}. */
export interface GaussianDropoutOptions extends LayerOptions, OptionsOf<typeof options> {}

/**
 * In training, multiplies each element by a normal random number with mean 1 and standard deviation
 * sqrt(rate / (1 - rate)); otherwise passes its input (Srivastava et al. 2014, section 10). The numbers follow from the
 * seed of `fit`, the layer's name and the step. Input and output: one tensor of any shape; no weights.
 * https://keras.io/api/layers/regularization_layers/gaussian_dropout/
 * @throws InputError for a rate out of range
 */
export const gaussianDropout: LayerMaker<GaussianDropoutOptions> = defineLayer(
  "gaussianDropout",
  options,
  ({ rate }, inputs, complain, layer) => ({
    outputShape: single(inputs, complain),
    weights: [],
    connections: 0,
    macs: 0,
    emit: (tape, [x]) => gaussianNoise(tape, x!, "product", Math.sqrt(rate / (1 - rate)), hash32(layer.name)),
  }),
);
