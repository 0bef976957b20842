import { flag, type OptionsOf, optional, within } from "../core/options.ts";
import { sizeOf } from "../core/tensor.ts";
import type { Variable } from "../engine/variable.ts";
import { reluFollower } from "../ops/activations/relu.ts";
import { normalization, batchNormalization as normalize } from "../ops/batch-normalization.ts";
import { constraint } from "./constraints/table.ts";
import { defineLayer, type LayerMaker, type LayerOptions, single } from "./define-layer.ts";
import { activityOption, weightRules } from "./kernel-and-bias.ts";
import type { WeightSpec } from "./layer.ts";
import { regularizer } from "./regularizers.ts";

const options = {
  /** The share of the moving statistics that each training batch keeps, from 0 to 1; default 0.99. */
  momentum: optional(within(0, 1), 0.99),
  /**
   * Added to the variance before the square root is taken, so that a constant channel is not divided by 0; default
   * 1e-3.
   */
  epsilon: optional(within(0), 1e-3),
  /** Whether a trainable beta is added; default true. */
  center: optional(flag, true),
  /** Whether the result is multiplied by a trainable gamma; default true. */
  scale: optional(flag, true),
  /** The penalty of gamma, part of the loss; default none. */
  gammaRegularizer: optional(regularizer, undefined),
  /** The penalty of beta, part of the loss; default none. */
  betaRegularizer: optional(regularizer, undefined),
  /** What is done to gamma after each step; default nothing. */
  gammaConstraint: optional(constraint, undefined),
  /** What is done to beta after each step; default nothing. */
  betaConstraint: optional(constraint, undefined),
  ...activityOption,
};

/** Options of {@link batchNormalization}. */
export interface BatchNormalizationOptions extends LayerOptions, OptionsOf<typeof options> {}

/**
 * Normalizes each channel to mean 0 and variance 1: by the statistics of the whole batch in training, by moving
 * statistics (of the biased variance) otherwise, and in training too while the layer is frozen (`trainable` is false).
 * Input and output: `[N, rows, columns, channels]` or `[N, features]`.
 * Weights, each [channels]: `gamma`, `beta`, and `moving_mean` and `moving_variance`, which do not learn by gradients.
 * https://keras.io/api/layers/normalization_layers/batch_normalization/
 * @throws InputError for an option out of range, and for a regularizer or constraint of a weight that is switched off
 */
export const batchNormalization: LayerMaker<BatchNormalizationOptions> = defineLayer(
  "batchNormalization",
  options,
  ({ momentum, epsilon, center, scale, ...config }, inputs, complain, layer) => {
    const shape = single(inputs, complain);
    const channels = shape[shape.length - 1]!;
    const weight = (name: string, initializer: "zeros" | "ones", trainable: boolean): WeightSpec => ({
      name,
      shape: [channels],
      initializer,
      trainable,
      fans: { in: 1, out: 1 },
    });
    const gamma = weightRules(config, "gamma", scale ? [channels] : "scale: true", complain);
    const beta = weightRules(config, "beta", center ? [channels] : "center: true", complain);
    const given = (weights: (name: string) => Variable) => ({
      gamma: scale ? weights("gamma") : undefined,
      beta: center ? weights("beta") : undefined,
      movingMean: weights("moving_mean"),
      movingVariance: weights("moving_variance"),
      momentum,
      epsilon,
      frozen: !layer.trainable,
    });
    return {
      outputShape: shape,
      weights: [
        ...(scale ? [{ ...weight("gamma", "ones", true), ...gamma }] : []),
        ...(center ? [{ ...weight("beta", "zeros", true), ...beta }] : []),
        weight("moving_mean", "zeros", false),
        weight("moving_variance", "ones", false),
      ],
      connections: 2 * sizeOf(shape),
      macs: sizeOf(shape),
      emit: (tape, [x], weights) => normalize(tape, x!, given(weights), tape.take(reluFollower) === true),
      follower: (weights) => normalization.with(given(weights)),
    };
  },
);
