import { within } from "../../core/options.ts";

/** The contract of a learning rate schedule; `Config` is the schedule as plain data, saved with the model. */
export interface ScheduleDefinition<Config> {
  /**
   * The schedule from its options, each checked and completed; also how a saved one is read back.
   * @throws InputError for options that are unknown, missing or out of range
   */
  create(options: never): Config;
  /** The learning rate of a batch; the first of a training is step 0. */
  rateAt(schedule: Config, step: number): number;
}

/** A learning rate: a finite number of at least 0. */
export const rate = within(0);
