import { wholePower } from "../../core/elementary.ts";
import { belowOne, type ConfigOf, type OptionsOf, optional, within } from "../../core/options.ts";
import { pendingCall } from "../../engine/pending-call.ts";
import { STEP } from "../../engine/program.ts";
import { scheduled } from "../schedules/table.ts";
import { everyOptimizer, optimizerOf } from "./every-optimizer.ts";
import type { OptimizerDefinition } from "./optimizer.ts";

const options = {
  /** A number of at least 0, or a schedule. Default 0.001. */
  learningRate: optional(scheduled, 0.001),
  /** The share of the running mean of gradients that each step keeps; in [0, 1). Default 0.9. */
  beta1: optional(belowOne, 0.9),
  /** The share of the largest gradient so far that each step keeps; in [0, 1). Default 0.999. */
  beta2: optional(belowOne, 0.999),
  /** Added to the largest gradient, so that nothing is divided by 0; at least 0. Default 1e-7. */
  epsilon: optional(within(0), 1e-7),
  ...everyOptimizer,
};

/** Options of {@link adamax}. */
export interface AdamaxOptions extends OptionsOf<typeof options> {}

/** {@link adamax} as it is saved. */
export interface Adamax extends ConfigOf<typeof options> {
  /** The optimizer's name, which `compile` also takes. */
  readonly type: "adamax";
}

/**
 * Adamax (Kingma & Ba 2014, section 7.1, https://arxiv.org/abs/1412.6980): `m += (g - m)(1 - beta1)`,
 * `u = max(beta2 u, |g|)`, `w -= rate / (1 - beta1^t) m / (u + epsilon)`. https://keras.io/api/optimizers/adamax/
 * @throws InputError for options that are unknown or out of range
 */
export function adamax(given: AdamaxOptions = {}): Adamax {
  return optimizerOf("adamax", options, given);
}

/** Keras's names of the mean of gradients and of the largest one. */
const FIRST_MOMENT = "momentum";
const NORM = "norm";

export const adamaxOptimizer: OptimizerDefinition<Adamax> = {
  create: adamax,
  slots: () => [FIRST_MOMENT, NORM],
  update({ beta1, beta2, epsilon }, { w, g, count, slot }) {
    const state = { firstMoment: slot(FIRST_MOMENT), norm: slot(NORM), corrected: STEP.own[0] };
    return pendingCall("adamax", { w, g, ...state, count, beta1, beta2, epsilon });
  },
  ownNumbers: ({ beta1 }, learningRate, step) => [learningRate / (1 - wholePower(beta1, step + 1))],
};
