import { power as powerOf } from "../../core/elementary.ts";
import {
  type ConfigOf,
  checkedOptions,
  flag,
  type OptionsOf,
  optional,
  positive,
  required,
  whole,
} from "../../core/options.ts";
import { everySchedule, rate, type ScheduleDefinition } from "./schedule.ts";

const options = {
  /** The first rate, at least 0. Required. */
  learningRate: required(rate),
  /** Batches from the first rate to `endLearningRate`, at least 1. Afterwards the rate stays. Required. */
  decaySteps: required(whole()),
  /** The last rate, at least 0. Default 0.0001. */
  endLearningRate: optional(rate, 1e-4),
  /** The exponent: 1 is a straight line, 2 falls fast at first; above 0. Default 1. */
  power: optional(positive, 1),
  /**
   * Whether the rate goes on after `decaySteps`: it jumps up and falls to `endLearningRate` again at every multiple of
   * `decaySteps`, each time from a lower rate. Default false.
   */
  cycle: optional(flag, false),
  ...everySchedule,
};

/** Options of {@link polynomialDecay}. */
export interface PolynomialDecayOptions extends OptionsOf<typeof options> {}

/** {@link polynomialDecay} as it is saved. */
export interface PolynomialDecay extends ConfigOf<typeof options> {
  /** The schedule's name. */
  readonly type: "polynomialDecay";
}

/**
 * `(learningRate - endLearningRate) (1 - step / decaySteps)^power + endLearningRate`, where `step` counts batches from
 * 0. With `cycle`, the divisor is the first multiple of `decaySteps` that is not below `step`.
 * https://keras.io/api/optimizers/learning_rate_schedules/polynomial_decay/
 * @throws InputError for options that are unknown, missing or out of range
 */
export function polynomialDecay(given: PolynomialDecayOptions): PolynomialDecay {
  return { type: "polynomialDecay", ...checkedOptions("polynomialDecay", options, given) };
}

export const polynomialDecaySchedule: ScheduleDefinition<PolynomialDecay> = {
  create: polynomialDecay,
  rateAt({ learningRate, decaySteps, endLearningRate, power, cycle }, step) {
    const cycles = cycle ? Math.max(1, Math.ceil(step / decaySteps)) : 1;
    const left = 1 - Math.min(1, step / (decaySteps * cycles));
    return (learningRate - endLearningRate) * powerOf(left, power) + endLearningRate;
  },
};
