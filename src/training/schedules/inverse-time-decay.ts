import {
  type ConfigOf,
  checkedOptions,
  flag,
  type OptionsOf,
  optional,
  required,
  whole,
  within,
} from "../../core/options.ts";
import { everySchedule, rate, type ScheduleDefinition } from "./schedule.ts";

const options = {
  /** The rate of the first batch, at least 0. Required. */
  learningRate: required(rate),
  /** Batches after which `decayRate` is added to the divisor once, at least 1. Required. */
  decaySteps: required(whole()),
  /** What `decaySteps` batches add to the divisor, at least 0. Required. */
  decayRate: required(within(0)),
  /** Whether the rate falls only at the end of every `decaySteps` batches, not a little at each. Default false. */
  staircase: optional(flag, false),
  ...everySchedule,
};

/** Options of {@link inverseTimeDecay}. */
export interface InverseTimeDecayOptions extends OptionsOf<typeof options> {}

/** {@link inverseTimeDecay} as it is saved. */
export interface InverseTimeDecay extends ConfigOf<typeof options> {
  /** The schedule's name. */
  readonly type: "inverseTimeDecay";
}

/**
 * `learningRate / (1 + decayRate step / decaySteps)`, where `step` counts batches from 0; with `staircase`, the quotient
 * of steps is rounded down. https://keras.io/api/optimizers/learning_rate_schedules/inverse_time_decay/
 * @throws InputError for options that are unknown, missing or out of range
 */
export function inverseTimeDecay(given: InverseTimeDecayOptions): InverseTimeDecay {
  return { type: "inverseTimeDecay", ...checkedOptions("inverseTimeDecay", options, given) };
}

export const inverseTimeDecaySchedule: ScheduleDefinition<InverseTimeDecay> = {
  create: inverseTimeDecay,
  rateAt({ learningRate, decaySteps, decayRate, staircase }, step) {
    const times = step / decaySteps;
    return learningRate / (1 + decayRate * (staircase ? Math.floor(times) : times));
  },
};
