import {
  type ConfigOf,
  checkedOptions,
  type OptionsOf,
  optional,
  required,
  whole,
  within,
} from "../../core/options.ts";
import { halfCosine } from "./half-cosine.ts";
import { rate, type ScheduleDefinition } from "./schedule.ts";

const options = {
  /** The highest rate, from which it falls; at least 0. Required. */
  learningRate: required(rate),
  /** Batches of the fall, without those of the warm-up; at least 1. Afterwards the rate stays. Required. */
  decaySteps: required(whole()),
  /** The last rate as a share of `learningRate`, from 0 to 1. Default 0. */
  alpha: optional(within(0, 1), 0),
  /** Batches of a straight rise from 0 to `learningRate` before the fall. Default 0: none. */
  warmupSteps: optional(whole(0), 0),
};

/** Options of {@link cosineDecay}. */
export interface CosineDecayOptions extends OptionsOf<typeof options> {}

/** {@link cosineDecay} as it is saved. */
export interface CosineDecay extends ConfigOf<typeof options> {
  /** The schedule's name. */
  readonly type: "cosineDecay";
}

/**
 * Half a cosine from `learningRate` down to `alpha learningRate` over `decaySteps` batches, after a straight rise from
 * 0 over `warmupSteps`. https://keras.io/api/optimizers/learning_rate_schedules/cosine_decay/
 * @throws InputError for options that are unknown, missing or out of range
 */
export function cosineDecay(given: CosineDecayOptions): CosineDecay {
  return { type: "cosineDecay", ...checkedOptions("cosineDecay", options, given) };
}

export const cosineDecaySchedule: ScheduleDefinition<CosineDecay> = {
  create: cosineDecay,
  rateAt({ learningRate, decaySteps, alpha, warmupSteps }, step) {
    if (step < warmupSteps) return (learningRate * step) / warmupSteps;
    const done = Math.min(1, (step - warmupSteps) / decaySteps);
    return halfCosine(learningRate, learningRate * alpha, done);
  },
};
