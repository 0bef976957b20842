import { belowOne, type OptionsOf, required } from "../core/options.ts";
import { hash32 } from "../core/random.ts";
import { spatialDropout } from "../ops/dropout.ts";
import { defineLayer, type LayerMaker, type LayerOptions, singleImage } from "./define-layer.ts";

const options = {
  /** The share of maps that are dropped, in [0, 1); 0 drops none. */
  rate: required(belowOne),
};

/** Options of {@link spatialDropout2d}. */
export interface SpatialDropout2dOptions extends LayerOptions, OptionsOf<typeof options> {}

/**
 * In training, sets whole maps to 0 at random and multiplies the others by 1 / (1 - rate); otherwise passes its input
 * (Tompson et al. 2015). Which maps follows from the seed of `fit`, the layer's name and the step. Input and output:
 * `[N, rows, columns, channels]`; no weights.
 * https://keras.io/api/layers/regularization_layers/spatial_dropout2d/
 * @throws InputError for a rate out of range, and for an input that is no image
 */
export const spatialDropout2d: LayerMaker<SpatialDropout2dOptions> = defineLayer(
  "spatialDropout2d",
  options,
  ({ rate }, inputs, complain, layer) => ({
    outputShape: singleImage(inputs, complain),
    weights: [],
    connections: 0,
    macs: 0,
    emit: (tape, [x]) => spatialDropout(tape, x!, rate, hash32(layer.name)),
  }),
);
