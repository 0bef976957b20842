import { wholePower } from "../../core/elementary.ts";
import { belowOne, type ConfigOf, checkedOptions, type OptionsOf, optional, within } from "../../core/options.ts";
import { type PendingCall, pendingCall } from "../../engine/pending-call.ts";
import { STEP } from "../../engine/program.ts";
import { scheduled } from "../schedules/table.ts";
import { noCurvature, type OptimizerDefinition, type UpdatedWeights } from "./optimizer.ts";

/** Adam's options, which AdamW has too. */
export const adamOptions = {
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
  return { type: "adam", ...checkedOptions("adam", adamOptions, given) };
}

/** Keras's names of the first and the second moment. */
const FIRST_MOMENT = "momentum";
const SECOND_MOMENT = "velocity";

type Moments = ConfigOf<typeof adamOptions>;

export const adamSlots = () => [FIRST_MOMENT, SECOND_MOMENT];

/** The update; before it, each weight loses the share `decay` of itself times the learning rate. */
export function adamUpdate(
  { beta1, beta2, epsilon }: Moments,
  { w, g, count, slot }: UpdatedWeights,
  decay: number,
): PendingCall {
  const [firstMoment, secondMoment] = [slot(FIRST_MOMENT), slot(SECOND_MOMENT)];
  const { learningRate: rate, correctedRate: corrected } = STEP;
  const moments = { firstMoment, secondMoment, beta1, beta2 };
  return pendingCall("adam", { w, g, ...moments, count, rate, corrected, epsilon, decay });
}

/** Both moments start as 0 and are too small at first, which the corrected rate compensates. */
export function biasCorrectedRate({ beta1, beta2 }: Moments, learningRate: number, step: number): number {
  const [first, second] = [wholePower(beta1, step + 1), wholePower(beta2, step + 1)];
  return (learningRate * Math.sqrt(1 - second)) / (1 - first);
}

export const adamOptimizer: OptimizerDefinition<Adam> = {
  create: adam,
  slots: adamSlots,
  update: (config, weights) => adamUpdate(config, weights, 0),
  correctedRate: biasCorrectedRate,
  curvature: noCurvature,
};
