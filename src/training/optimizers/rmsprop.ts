import { type ConfigOf, flag, type OptionsOf, optional, within } from "../../core/options.ts";
import { pendingCall } from "../../engine/pending-call.ts";
import { STEP } from "../../engine/program.ts";
import { scheduled } from "../schedules/table.ts";
import { everyOptimizer, optimizerOf } from "./every-optimizer.ts";
import type { OptimizerDefinition } from "./optimizer.ts";

const options = {
  /** A number of at least 0, or a schedule. Default 0.001. */
  learningRate: optional(scheduled, 0.001),
  /** The share of the running mean of squared gradients that each step keeps, from 0 to 1. Default 0.9. */
  rho: optional(within(0, 1), 0.9),
  /**
   * The share of the previous step that is added to a step, from 0 to 1. Default 0: no momentum, and no slot for it.
   */
  momentum: optional(within(0, 1), 0),
  /** Added to the mean of squares, so that nothing is divided by 0; at least 0. Default 1e-7. */
  epsilon: optional(within(0), 1e-7),
  /** Whether to divide by the variance of the gradients instead of their mean square. Default false. */
  centered: optional(flag, false),
  ...everyOptimizer,
};

/** Options of {@link rmsprop}. */
export interface RmspropOptions extends OptionsOf<typeof options> {}

/** {@link rmsprop} as it is saved. */
export interface Rmsprop extends ConfigOf<typeof options> {
  /** The optimizer's name, which `compile` also takes. */
  readonly type: "rmsprop";
}

/**
 * RMSprop (Tieleman & Hinton 2012): `s = rho s + (1 - rho) g^2`, `w -= rate g / sqrt(s + epsilon)`; centered, with
 * `s - a^2` instead of s, where `a = rho a + (1 - rho) g`. With momentum the step goes into
 * `velocity = momentum velocity + step` and `w -= velocity`. https://keras.io/api/optimizers/rmsprop/
 * @throws InputError for options that are unknown or out of range
 */
export function rmsprop(given: RmspropOptions = {}): Rmsprop {
  return optimizerOf("rmsprop", options, given);
}

/** Keras's names of the mean of squares, the momentum buffer and the mean of gradients. */
const MEAN_SQUARE = "velocity";
const VELOCITY = "momentum";
const MEAN_GRADIENT = "average_gradient";

export const rmspropOptimizer: OptimizerDefinition<Rmsprop> = {
  create: rmsprop,
  slots: ({ momentum, centered }) => [
    MEAN_SQUARE,
    ...(momentum > 0 ? [VELOCITY] : []),
    ...(centered ? [MEAN_GRADIENT] : []),
  ],
  update({ rho, momentum, epsilon, centered }, { w, g, count, slot }) {
    return pendingCall("rmsprop", {
      w,
      g,
      meanSquare: slot(MEAN_SQUARE),
      velocity: momentum > 0 ? slot(VELOCITY) : 0,
      meanGradient: centered ? slot(MEAN_GRADIENT) : 0,
      count,
      rate: STEP.learningRate,
      rho,
      momentum,
      epsilon,
      centered: centered ? 1 : 0,
    });
  },
};
