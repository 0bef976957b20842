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
import { everySchedule, rate, type ScheduleDefinition } from "./schedule.ts";

const options = {
  /** The rate of the first `every` batches, at least 0. Required. */
  learningRate: required(rate),
  /** Batches from one reduction to the next, at least 1. Required. */
  every: required(whole()),
  /**
   * The rate is multiplied by this after every `every` batches; at least 0, and above 1 the rate rises. Default 0.1.
   */
  factor: optional(within(0), 0.1),
  ...everySchedule,
};

/** Options of {@link stepDecay}. */
export interface StepDecayOptions extends OptionsOf<typeof options> {}

/** {@link stepDecay} as it is saved. */
export interface StepDecay extends ConfigOf<typeof options> {
  /** The schedule's name. */
  readonly type: "stepDecay";
}

/**
 * `learningRate factor^floor(step / every)`, where `step` counts batches from 0. As PyTorch's StepLR, by batch:
 * https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.StepLR.html
 * @throws InputError for options that are unknown, missing or out of range
 */
export function stepDecay(given: StepDecayOptions): StepDecay {
  return { type: "stepDecay", ...checkedOptions("stepDecay", options, given) };
}

export const stepDecaySchedule: ScheduleDefinition<StepDecay> = {
  create: stepDecay,
  rateAt: ({ learningRate, every, factor }, step) => learningRate * wholePower(factor, Math.floor(step / every)),
};
