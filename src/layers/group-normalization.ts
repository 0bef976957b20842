import { InputError, shown } from "../core/errors.ts";
import { type Check, type OptionsOf, optional } from "../core/options.ts";
import { sizeOf } from "../core/tensor.ts";
import { normalizeSets } from "../ops/set-normalization.ts";
import { defineLayer, type LayerMaker, type LayerOptions, single } from "./define-layer.ts";
import { gammaAndBeta, gammaAndBetaOf } from "./gamma-and-beta.ts";

const groupCount: Check<number> = (what, value) => {
  if (Number.isSafeInteger(value) && (value >= 1 || value === -1)) return value;
  throw new InputError(
    `${what}: expected a whole number of at least 1, or -1 for a group of each channel, got ${shown(value)}`,
  );
};

const options = {
  /** Number of groups, a divisor of the number of channels; -1: one for each channel (instance normalization). Default 32. */
  groups: optional(groupCount, 32),
  ...gammaAndBeta,
};

/** Options of {@link groupNormalization}. */
export interface GroupNormalizationOptions extends LayerOptions, OptionsOf<typeof options> {}

/**
 * Normalizes each image's groups of channels, with all their positions, to mean 0 and variance 1 (Wu & He 2018), in
 * training and otherwise. Input and output: `[N, rows, columns, channels]` or `[N, features]`. Weights, each [channels]:
 * `gamma` and `beta`. https://keras.io/api/layers/normalization_layers/group_normalization/
 * @throws InputError for an option out of range, groups that do not divide the channels, and a regularizer or constraint
 *   of a weight that is switched off
 */
export const groupNormalization: LayerMaker<GroupNormalizationOptions> = defineLayer(
  "groupNormalization",
  options,
  (config, inputs, complain) => {
    const { epsilon, center, scale } = config;
    const shape = single(inputs, complain);
    const channels = shape[shape.length - 1]!;
    const groups = config.groups === -1 ? channels : config.groups;
    if (channels % groups > 0) {
      complain(`expected channels in ${groups} groups of the same size, got ${channels}: set groups`);
    }
    return {
      outputShape: shape,
      weights: gammaAndBetaOf(config, channels, complain),
      connections: 2 * sizeOf(shape),
      macs: sizeOf(shape),
      emit: (tape, [x], weights) =>
        normalizeSets(tape, x!, {
          sets: { groups },
          epsilon,
          gamma: scale ? weights("gamma") : undefined,
          beta: center ? weights("beta") : undefined,
        }),
    };
  },
);
