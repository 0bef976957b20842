import { InputError } from "../../core/errors.ts";
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
import { everySchedule, rate, type ScheduleDefinition } from "./schedule.ts";

const options = {
  /** The rate from which it falls, at least 0; with `warmupTarget`, the rate from which it first rises. Required. */
  learningRate: required(rate),
  /** Batches of the fall, without those of the warm-up; at least 1. Afterwards the rate stays. Required. */
  decaySteps: required(whole()),
  /** The last rate as a share of the highest, from 0 to 1. Default 0. */
  alpha: optional(within(0, 1), 0),
  /**
   * The rate to which `warmupSteps` batches rise from `learningRate`, and from which it then falls; at least 0. Default:
   * they rise from 0 to `learningRate`.
   */
  warmupTarget: optional(rate, undefined),
  ...everySchedule,
};

/** Options of {@link cosineDecay}. */
export interface CosineDecayOptions extends OptionsOf<typeof options> {}

/** {@link cosineDecay} as it is saved. */
export interface CosineDecay extends ConfigOf<typeof options> {
  /** The schedule's name. */
  readonly type: "cosineDecay";
}

/**
 * Half a cosine from the highest rate down to `alpha` times that over `decaySteps` batches. The highest rate is
 * `learningRate`, or `warmupTarget` after a straight rise from `learningRate` over `warmupSteps`. (Keras ignores
 * `warmup_steps` without `warmup_target`; here the rise is then from 0, as in every schedule.)
 * https://keras.io/api/optimizers/learning_rate_schedules/cosine_decay/
 * @throws InputError for options that are unknown, missing or out of range, and for `warmupTarget` without `warmupSteps`
 */
export function cosineDecay(given: CosineDecayOptions): CosineDecay {
  const config = checkedOptions("cosineDecay", options, given);
  if (config.warmupTarget !== undefined && !config.warmupSteps) {
    throw new InputError(
      `cosineDecay warmupTarget: expected warmupSteps of at least 1 beside it, got ${config.warmupSteps ?? "none"}`,
    );
  }
  return { type: "cosineDecay", ...config };
}

export const cosineDecaySchedule: ScheduleDefinition<CosineDecay> = {
  create: cosineDecay,
  warmupFrom: ({ learningRate, warmupTarget }) => (warmupTarget === undefined ? 0 : learningRate),
  rateAt({ learningRate, decaySteps, alpha, warmupTarget: highest = learningRate }, step) {
    return halfCosine(highest, highest * alpha, Math.min(1, step / decaySteps));
  },
};
