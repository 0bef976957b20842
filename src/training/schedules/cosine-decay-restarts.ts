import { wholePower } from "../../core/elementary.ts";
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
  /** The rate from which the first fall starts, at least 0. Required. */
  learningRate: required(rate),
  /** Batches of the first fall, at least 1. Required. */
  firstDecaySteps: required(whole()),
  /** Each fall takes this many times as long as the one before; at least 1. Default 2. */
  tMul: optional(within(1), 2),
  /** Each fall starts at this many times the rate of the one before, but for the share `alpha`; at least 0. Default 1. */
  mMul: optional(within(0), 1),
  /** The lowest rate as a share of `learningRate`, from 0 to 1. Default 0. */
  alpha: optional(within(0, 1), 0),
  ...everySchedule,
};

/** Options of {@link cosineDecayRestarts}. */
export interface CosineDecayRestartsOptions extends OptionsOf<typeof options> {}

/** {@link cosineDecayRestarts} as it is saved. */
export interface CosineDecayRestarts extends ConfigOf<typeof options> {
  /** The schedule's name. */
  readonly type: "cosineDecayRestarts";
}

/**
 * Half a cosine from `learningRate` down to `alpha learningRate`, again and again, each time longer (SGDR, Loshchilov &
 * Hutter 2016, https://arxiv.org/abs/1608.03983). The i-th fall, from 0, starts at
 * `learningRate (alpha + (1 - alpha) mMul^i)` and takes `firstDecaySteps tMul^i` batches.
 * https://keras.io/api/optimizers/learning_rate_schedules/cosine_decay_restarts/
 * @throws InputError for options that are unknown, missing or out of range
 */
export function cosineDecayRestarts(given: CosineDecayRestartsOptions): CosineDecayRestarts {
  return { type: "cosineDecayRestarts", ...checkedOptions("cosineDecayRestarts", options, given) };
}

export const cosineDecayRestartsSchedule: ScheduleDefinition<CosineDecayRestarts> = {
  create: cosineDecayRestarts,
  rateAt({ learningRate, firstDecaySteps, tMul, mMul, alpha }, step) {
    const { restarts, done } = fallOf(step, firstDecaySteps, tMul);
    const lowest = learningRate * alpha;
    return halfCosine(lowest + (learningRate - lowest) * wholePower(mMul, restarts), lowest, done);
  },
};

/**
 * The number of restarts before a batch, and how much of its fall is done. Counted, not computed by logarithms as in
 * Keras, which may miss a restart by a rounding error.
 */
function fallOf(step: number, first: number, tMul: number): { restarts: number; done: number } {
  if (tMul === 1) return { restarts: Math.floor(step / first), done: (step % first) / first };
  let [restarts, left, length] = [0, step, first];
  for (; left >= length; length *= tMul) {
    left -= length;
    restarts++;
  }
  return { restarts, done: left / length };
}
