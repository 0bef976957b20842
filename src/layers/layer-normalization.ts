import type { OptionsOf } from "../core/options.ts";
import { sizeOf } from "../core/tensor.ts";
import { normalizeSets } from "../ops/set-normalization.ts";
import { defineLayer, type LayerMaker, type LayerOptions, single } from "./define-layer.ts";
import { gammaAndBeta, gammaAndBetaOf } from "./gamma-and-beta.ts";

/** Options of {@link layerNormalization}. */
export interface LayerNormalizationOptions extends LayerOptions, OptionsOf<typeof gammaAndBeta> {}

/**
 * Normalizes the channels of each position of each image to mean 0 and variance 1, in training and otherwise: Keras's
 * default axis, the last one. Input and output: `[N, rows, columns, channels]` or `[N, features]`. Weights, each
 * [channels]: `gamma` and `beta`. https://keras.io/api/layers/normalization_layers/layer_normalization/
 * @throws InputError for an option out of range, and for a regularizer or constraint of a weight that is switched off
 */
export const layerNormalization: LayerMaker<LayerNormalizationOptions> = defineLayer(
  "layerNormalization",
  gammaAndBeta,
  (config, inputs, complain) => {
    const { epsilon, center, scale } = config;
    const shape = single(inputs, complain);
    return {
      outputShape: shape,
      weights: gammaAndBetaOf(config, shape[shape.length - 1]!, complain),
      connections: 2 * sizeOf(shape),
      macs: sizeOf(shape),
      emit: (tape, [x], weights) =>
        normalizeSets(tape, x!, {
          sets: "positions",
          epsilon,
          gamma: scale ? weights("gamma") : undefined,
          beta: center ? weights("beta") : undefined,
        }),
    };
  },
);
