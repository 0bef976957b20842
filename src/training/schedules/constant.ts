import { type ConfigOf, checkedOptions, type OptionsOf, required } from "../../core/options.ts";
import { rate, type ScheduleDefinition } from "./schedule.ts";

const options = {
  /** The rate of every batch, at least 0. Required. */
  learningRate: required(rate),
};

/** {@link constant} as it is saved. */
export interface Constant extends ConfigOf<typeof options> {
  /** The schedule's name. */
  readonly type: "constant";
}

/**
 * The same rate for every batch, at least 0. An optimizer's `learningRate: 0.01` means this.
 * @throws InputError for a negative rate or one that is not finite
 */
export function constant(learningRate: number): Constant {
  return create({ learningRate });
}

function create(given: OptionsOf<typeof options>): Constant {
  return { type: "constant", ...checkedOptions("constant", options, given) };
}

export const constantSchedule: ScheduleDefinition<Constant> = {
  create,
  rateAt: ({ learningRate }) => learningRate,
};
