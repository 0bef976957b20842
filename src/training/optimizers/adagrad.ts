import { type ConfigOf, type OptionsOf, optional, within } from "../../core/options.ts";
import { pendingCall } from "../../engine/pending-call.ts";
import { STEP } from "../../engine/program.ts";
import { scheduled } from "../schedules/table.ts";
import { everyOptimizer, optimizerOf } from "./every-optimizer.ts";
import type { OptimizerDefinition } from "./optimizer.ts";

const options = {
  /** A number of at least 0, or a schedule. Default 0.001. */
  learningRate: optional(scheduled, 0.001),
  /** The sum of squares with which training starts, at least 0. Default 0.1. */
  initialAccumulatorValue: optional(within(0), 0.1),
  /** Added to the sum of squares, so that nothing is divided by 0; at least 0. Default 1e-7. */
  epsilon: optional(within(0), 1e-7),
  ...everyOptimizer,
};

/** Options of {@link adagrad}. */
export interface AdagradOptions extends OptionsOf<typeof options> {}

/** {@link adagrad} as it is saved. */
export interface Adagrad extends ConfigOf<typeof options> {
  /** The optimizer's name, which `compile` also takes. */
  readonly type: "adagrad";
}

/**
 * Adagrad (Duchi et al. 2011, https://jmlr.org/papers/v12/duchi11a.html): `s += g^2`, `w -= rate g / sqrt(s + epsilon)`,
 * so that weights with large gradients so far learn slowly. https://keras.io/api/optimizers/adagrad/
 * @throws InputError for options that are unknown or out of range
 */
export function adagrad(given: AdagradOptions = {}): Adagrad {
  return optimizerOf("adagrad", options, given);
}

/** Keras's name of the sum of squares. */
const SUMS = "accumulator";

export const adagradOptimizer: OptimizerDefinition<Adagrad> = {
  create: adagrad,
  slots: () => [SUMS],
  firstOf: ({ initialAccumulatorValue }) => initialAccumulatorValue,
  update({ epsilon }, { w, g, count, slot }) {
    return pendingCall("adagrad", { w, g, sums: slot(SUMS), count, rate: STEP.learningRate, epsilon });
  },
};
