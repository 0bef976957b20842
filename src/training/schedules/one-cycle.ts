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

const share = within(0, 1);

const options = {
  /** The highest rate, between rise and fall; at least 0. Required. */
  learningRate: required(rate),
  /** Batches of the whole training, at least 1. Afterwards the rate stays at its lowest. Required. */
  totalSteps: required(whole()),
  /** The share of `totalSteps` in which the rate rises, from 0 to 1. Default 0.3. */
  warmup: optional(share, 0.3),
  /** The first rate as a share of `learningRate`, from 0 to 1. Default 1/25. */
  startFactor: optional(share, 1 / 25),
  /** The last rate as a share of the first, from 0 to 1. Default 1e-4. */
  endFactor: optional(share, 1e-4),
};

/** Options of {@link oneCycle}. */
export interface OneCycleOptions extends OptionsOf<typeof options> {}

/** {@link oneCycle} as it is saved. */
export interface OneCycle extends ConfigOf<typeof options> {
  /** The schedule's name. */
  readonly type: "oneCycle";
}

/**
 * From `startFactor learningRate` up to `learningRate` over the first `warmup` of `totalSteps`, then down to
 * `endFactor startFactor learningRate`, both along half a cosine (Smith & Topin 2018, https://arxiv.org/abs/1708.07120;
 * defaults and steps as PyTorch's OneCycleLR).
 * @throws InputError for options that are unknown, missing or out of range
 */
export function oneCycle(given: OneCycleOptions): OneCycle {
  return { type: "oneCycle", ...checkedOptions("oneCycle", options, given) };
}

export const oneCycleSchedule: ScheduleDefinition<OneCycle> = {
  create: oneCycle,
  rateAt({ learningRate, totalSteps, warmup, startFactor, endFactor }, step) {
    const start = learningRate * startFactor;
    const last = totalSteps - 1;
    const peak = Math.min(last, Math.max(0, warmup * totalSteps - 1));
    if (step < peak) return halfCosine(start, learningRate, step / peak);
    const done = peak === last ? 0 : Math.min(1, (step - peak) / (last - peak));
    return halfCosine(learningRate, start * endFactor, done);
  },
};
