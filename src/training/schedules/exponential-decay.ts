import { power } from "../../core/elementary.ts";
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
  /** The rate of the first batch, at least 0. Required. */
  learningRate: required(rate),
  /** Batches in which the rate is multiplied by `decayRate` once, at least 1. Required. */
  decaySteps: required(whole()),
  /** The factor of `decaySteps` batches, above 0; above 1 the rate rises. Required. */
  decayRate: required(positive),
  /** Whether the rate falls only at the end of every `decaySteps` batches, not a little at each. Default false. */
  staircase: optional(flag, false),
  ...everySchedule,
};

/** Options of {@link exponentialDecay}. */
export interface ExponentialDecayOptions extends OptionsOf<typeof options> {}

/** {@link exponentialDecay} as it is saved. */
export interface ExponentialDecay extends ConfigOf<typeof options> {
  /** The schedule's name. */
  readonly type: "exponentialDecay";
}

/**
 * `learningRate decayRate^(step / decaySteps)`, where `step` counts batches from 0; with `staircase`, the exponent is
 * rounded down. https://keras.io/api/optimizers/learning_rate_schedules/exponential_decay/
 * @throws InputError for options that are unknown, missing or out of range
 */
export function exponentialDecay(given: ExponentialDecayOptions): ExponentialDecay {
  return { type: "exponentialDecay", ...checkedOptions("exponentialDecay", options, given) };
}

export const exponentialDecaySchedule: ScheduleDefinition<ExponentialDecay> = {
  create: exponentialDecay,
  rateAt({ learningRate, decaySteps, decayRate, staircase }, step) {
    const times = step / decaySteps;
    return learningRate * power(decayRate, staircase ? Math.floor(times) : times);
  },
};
