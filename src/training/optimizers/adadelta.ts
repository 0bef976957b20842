import { type ConfigOf, type OptionsOf, optional, within } from "../../core/options.ts";
import { pendingCall } from "../../engine/pending-call.ts";
import { STEP } from "../../engine/program.ts";
import { scheduled } from "../schedules/table.ts";
import { everyOptimizer, optimizerOf } from "./every-optimizer.ts";
import type { OptimizerDefinition } from "./optimizer.ts";

const options = {
  /** A number of at least 0, or a schedule. Default 0.001, as in Keras; the paper has 1. */
  learningRate: optional(scheduled, 0.001),
  /** The share of both running means that each step keeps, from 0 to 1. Default 0.95. */
  rho: optional(within(0, 1), 0.95),
  /** Added to both means, so that nothing is divided by 0 and the first step is not 0; at least 0. Default 1e-7. */
  epsilon: optional(within(0), 1e-7),
  ...everyOptimizer,
};

/** Options of {@link adadelta}. */
export interface AdadeltaOptions extends OptionsOf<typeof options> {}

/** {@link adadelta} as it is saved. */
export interface Adadelta extends ConfigOf<typeof options> {
  /** The optimizer's name, which `compile` also takes. */
  readonly type: "adadelta";
}

/**
 * Adadelta (Zeiler 2012, https://arxiv.org/abs/1212.5701): `s = rho s + (1 - rho) g^2`,
 * `step = sqrt(d + epsilon) / sqrt(s + epsilon) g`, `d = rho d + (1 - rho) step^2`, `w -= rate step`.
 * https://keras.io/api/optimizers/adadelta/
 * @throws InputError for options that are unknown or out of range
 */
export function adadelta(given: AdadeltaOptions = {}): Adadelta {
  return optimizerOf("adadelta", options, given);
}

/** Keras's names of the mean squares of gradients and of steps. */
const MEAN_SQUARE = "accumulated_grad";
const MEAN_STEP = "accumulated_delta_var";

export const adadeltaOptimizer: OptimizerDefinition<Adadelta> = {
  create: adadelta,
  slots: () => [MEAN_SQUARE, MEAN_STEP],
  update({ rho, epsilon }, { w, g, count, slot }) {
    const means = { meanSquare: slot(MEAN_SQUARE), meanStep: slot(MEAN_STEP) };
    return pendingCall("adadelta", { w, g, ...means, count, rate: STEP.learningRate, rho, epsilon });
  },
};
