import { type ConfigOf, checkedOptions, type OptionsOf, required } from "../../core/options.ts";
import { everySchedule, rate, type ScheduleDefinition } from "./schedule.ts";

const options = {
  /** The rate of every batch, at least 0. Required. */
  learningRate: required(rate),
  ...everySchedule,
};

/** Options of {@link constant}. */
export interface ConstantOptions extends OptionsOf<typeof everySchedule> {}

/** {@link constant} as it is saved. */
export interface Constant extends ConfigOf<typeof options> {
  /** The schedule's name. */
  readonly type: "constant";
}

/**
 * The same rate for every batch, at least 0; with `warmupSteps`, after a rise. An optimizer's `learningRate: 0.01` means
 * `constant(0.01)`.
 * @throws InputError for a negative rate or one that is not finite, and for options that are unknown or out of range
 */
export function constant(learningRate: number, options: ConstantOptions = {}): Constant {
  return create({ ...checkedOptions("constant", everySchedule, options), learningRate });
}

function create(given: OptionsOf<typeof options>): Constant {
  return { type: "constant", ...checkedOptions("constant", options, given) };
}

export const constantSchedule: ScheduleDefinition<Constant> = {
  create,
  rateAt: ({ learningRate }) => learningRate,
};
