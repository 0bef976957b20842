import { type ConfigOf, flag, type OptionsOf, optional, within } from "../../core/options.ts";
import { pendingCall } from "../../engine/pending-call.ts";
import { STEP } from "../../engine/program.ts";
import { scheduled } from "../schedules/table.ts";
import { everyOptimizer, optimizerOf } from "./every-optimizer.ts";
import type { OptimizerDefinition } from "./optimizer.ts";

const options = {
  /** A number of at least 0, or a schedule. Default 0.01. */
  learningRate: optional(scheduled, 0.01),
  /**
   * The share of the previous step that is added to a step, from 0 to 1. Default 0: no momentum, and no slot for it.
   */
  momentum: optional(within(0, 1), 0),
  /** Whether to use Nesterov momentum. Default false; without momentum it has no effect. */
  nesterov: optional(flag, false),
  ...everyOptimizer,
};

/** Options of {@link sgd}. */
export interface SgdOptions extends OptionsOf<typeof options> {}

/** {@link sgd} as it is saved. */
export interface Sgd extends ConfigOf<typeof options> {
  /** The optimizer's name, which `compile` also takes. */
  readonly type: "sgd";
}

/**
 * Stochastic gradient descent: `w -= rate g`. With momentum, `velocity = momentum velocity - rate g` and `w +=
 * velocity`, or in Nesterov's variant `w += momentum velocity - rate g`. https://keras.io/api/optimizers/sgd/
 * @throws InputError for options that are unknown or out of range
 */
export function sgd(given: SgdOptions = {}): Sgd {
  return optimizerOf("sgd", options, given);
}

/** Keras's name of the momentum buffer. */
const VELOCITY = "momentum";

export const sgdOptimizer: OptimizerDefinition<Sgd> = {
  create: sgd,
  slots: ({ momentum }) => (momentum > 0 ? [VELOCITY] : []),
  update({ momentum, nesterov }, { w, g, count, slot }) {
    const rate = STEP.learningRate;
    if (momentum === 0) return pendingCall("sgd", { w, g, count, rate });
    const velocity = slot(VELOCITY);
    return pendingCall("sgdMomentum", { w, g, velocity, count, rate, momentum, nesterov: nesterov ? 1 : 0 });
  },
};
