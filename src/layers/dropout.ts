import { belowOne, type OptionsOf, required } from "../core/options.ts";
import { hash32 } from "../core/random.ts";
import { dropout as drop } from "../ops/dropout.ts";
import { defineLayer, type LayerMaker, type LayerOptions, single } from "./define-layer.ts";

const options = {
  /** The share of elements that are dropped, in [0, 1); 0 drops none. */
  rate: required(belowOne),
};

/** Options of {@link dropout}. */
export interface DropoutOptions extends LayerOptions, OptionsOf<typeof options> {}

/**
 * In training, sets elements to 0 at random and multiplies the others by 1 / (1 - rate); otherwise passes its input.
 * What is dropped follows from the seed of `fit`, the layer's name and the step. Input and output: one tensor of any
 * shape; no weights. https://keras.io/api/layers/regularization_layers/dropout/
 * @throws InputError for a rate out of range
 */
export const dropout: LayerMaker<DropoutOptions> = defineLayer(
  "dropout",
  options,
  ({ rate }, inputs, complain, layer) => ({
    outputShape: single(inputs, complain),
    weights: [],
    connections: 0,
    macs: 0,
    emit: (tape, [x]) => drop(tape, x!, rate, hash32(layer.name)),
  }),
);
