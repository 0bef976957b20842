import { wholePower } from "../../core/elementary.ts";
import { belowOne, type ConfigOf, flag, type OptionsOf, optional, within } from "../../core/options.ts";
import { type PendingCall, pendingCall } from "../../engine/pending-call.ts";
import { STEP } from "../../engine/program.ts";
import { scheduled } from "../schedules/table.ts";
import { everyOptimizer, optimizerOf } from "./every-optimizer.ts";
import type { OptimizerDefinition, UpdatedWeights } from "./optimizer.ts";

/** Options of the optimizers with a first and a second moment. */
export const momentOptions = {
  /** A number of at least 0, or a schedule. Default 0.001. */
  learningRate: optional(scheduled, 0.001),
  /** The share of the first moment, the running mean of gradients, that each step keeps; in [0, 1). Default 0.9. */
  beta1: optional(belowOne, 0.9),
  /**
   * The share of the second moment, the running mean of squared gradients, kept each step; in [0, 1). Default 0.999.
   */
  beta2: optional(belowOne, 0.999),
  /** Added to the root of the second moment, so that nothing is divided by 0; at least 0. Default 1e-7. */
  epsilon: optional(within(0), 1e-7),
};

/** Adam's options, which AdamW has too. */
export const adamOptions = {
  ...momentOptions,
  /**
   * Whether to divide by the root of the largest second moment so far (AMSGrad, Reddi et al. 2018,
   * https://openreview.net/forum?id=ryQu7f-RZ). Default false.
   */
  amsgrad: optional(flag, false),
  ...everyOptimizer,
};

/** Options of {@link adam}. */
export interface AdamOptions extends OptionsOf<typeof adamOptions> {}

/** {@link adam} as it is saved. */
export interface Adam extends ConfigOf<typeof adamOptions> {
  /** The optimizer's name, which `compile` also takes. */
  readonly type: "adam";
}

/**
 * Adam (Kingma & Ba 2014, https://arxiv.org/abs/1412.6980) with Keras's defaults: `m += (g - m)(1 - beta1)`,
 * `v += (g^2 - v)(1 - beta2)`, `w -= rate sqrt(1 - beta2^t) / (1 - beta1^t) m / (sqrt(v) + epsilon)`, where t counts
 * steps from 1. https://keras.io/api/optimizers/adam/
 * @throws InputError for options that are unknown or out of range
 */
export function adam(given: AdamOptions = {}): Adam {
  return optimizerOf("adam", adamOptions, given);
}

/** Keras's names of the first and the second moment, and of the largest second moment. */
const FIRST_MOMENT = "momentum";
const SECOND_MOMENT = "velocity";
const LARGEST = "velocity_hat";

type Moments = ConfigOf<typeof adamOptions>;

/** Adam's definition but for how it is made; AdamW's too. */
export const adamSteps = {
  slots: ({ amsgrad }: Moments) => [FIRST_MOMENT, SECOND_MOMENT, ...(amsgrad ? [LARGEST] : [])],
  update({ beta1, beta2, epsilon, amsgrad }: Moments, { w, g, count, slot }: UpdatedWeights): PendingCall {
    return pendingCall("adam", {
      w,
      g,
      firstMoment: slot(FIRST_MOMENT),
      secondMoment: slot(SECOND_MOMENT),
      largest: amsgrad ? slot(LARGEST) : 0,
      count,
      corrected: STEP.own[0],
      beta1,
      beta2,
      epsilon,
    });
  },
  /** The corrected rate: both moments start as 0 and are too small at first. */
  ownNumbers({ beta1, beta2 }: Moments, learningRate: number, step: number): readonly [number] {
    const [first, second] = [wholePower(beta1, step + 1), wholePower(beta2, step + 1)];
    return [(learningRate * Math.sqrt(1 - second)) / (1 - first)];
  },
};

export const adamOptimizer: OptimizerDefinition<Adam> = { create: adam, ...adamSteps };
