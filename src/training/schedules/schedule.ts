import { optional, whole, within } from "../../core/options.ts";

/** The contract of a learning rate schedule; `Config` is the schedule as plain data, saved with the model. */
export interface ScheduleDefinition<Config> {
  /**
   * The schedule from its options, each checked and completed; also how a saved one is read back.
   * @throws InputError for options that are unknown, missing or out of range
   */
  create(options: never): Config;
  /** The learning rate of a batch, counted from 0 after the warm-up. */
  rateAt(schedule: Config, step: number): number;
  /** The rate from which the warm-up rises; absent for 0. */
  warmupFrom?(schedule: Config): number;
}

/** A learning rate: a finite number of at least 0. */
export const rate = within(0);

/** Options of every schedule but `oneCycle`, which has a rise of its own. */
export const everySchedule = {
  /**
   * Batches of a straight rise from 0 to the schedule's first rate, before the schedule's own batches; at least 0.
   * Default: none.
   */
  warmupSteps: optional(whole(0), undefined),
};
