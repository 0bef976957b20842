import { belowOne, type ConfigOf, type OptionsOf, optional } from "../../core/options.ts";
import { pendingCall } from "../../engine/pending-call.ts";
import { STEP } from "../../engine/program.ts";
import { scheduled } from "../schedules/table.ts";
import { everyOptimizer, optimizerOf } from "./every-optimizer.ts";
import type { OptimizerDefinition } from "./optimizer.ts";

const options = {
  /** A number of at least 0, or a schedule; three to ten times smaller than for {@link adam}. Default 0.001. */
  learningRate: optional(scheduled, 0.001),
  /** The share of the running mean in the direction of a step, the rest being the gradient; in [0, 1). Default 0.9. */
  beta1: optional(belowOne, 0.9),
  /** The share of the running mean of gradients that each step keeps; in [0, 1). Default 0.99. */
  beta2: optional(belowOne, 0.99),
  ...everyOptimizer,
};

/** Options of {@link lion}. */
export interface LionOptions extends OptionsOf<typeof options> {}

/** {@link lion} as it is saved. */
export interface Lion extends ConfigOf<typeof options> {
  /** The optimizer's name, which `compile` also takes. */
  readonly type: "lion";
}

/**
 * Lion (Chen et al. 2023, https://arxiv.org/abs/2302.06675): `w -= rate sign(beta1 m + (1 - beta1) g)`, then
 * `m = beta2 m + (1 - beta2) g`. Every weight moves by the same distance. https://keras.io/api/optimizers/lion/
 * @throws InputError for options that are unknown or out of range
 */
export function lion(given: LionOptions = {}): Lion {
  return optimizerOf("lion", options, given);
}

/** Keras's name of the mean of gradients. */
const MOMENT = "momentum";

export const lionOptimizer: OptimizerDefinition<Lion> = {
  create: lion,
  slots: () => [MOMENT],
  update({ beta1, beta2 }, { w, g, count, slot }) {
    return pendingCall("lion", { w, g, moment: slot(MOMENT), count, rate: STEP.learningRate, beta1, beta2 });
  },
};
