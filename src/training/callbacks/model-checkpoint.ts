import { checkedOptions, flag, type OptionsOf, optional, required, text } from "../../core/options.ts";
import type { Callback } from "./callback.ts";
import { Monitor, monitorOptions } from "./monitor.ts";

const options = {
  /** Where to write; `{epoch}` becomes the epoch's number, counted from 1. Required. */
  path: required(text),
  ...monitorOptions,
  /** Whether to write only when the watched number is the best so far. Default false: after every epoch. */
  saveBestOnly: optional(flag, false),
};

/** Options of {@link modelCheckpoint}. */
export interface ModelCheckpointOptions extends OptionsOf<typeof options> {}

/**
 * Writes the model file after each epoch, or after those that are the best so far.
 * https://keras.io/api/callbacks/model_checkpoint/
 * @throws InputError for options that are unknown, missing or out of range, and, with `saveBestOnly`, after an epoch
 * without the watched number
 */
export function modelCheckpoint(given: ModelCheckpointOptions): Callback {
  const config = checkedOptions("modelCheckpoint", options, given);
  const { path, saveBestOnly } = config;
  let monitor: Monitor;
  return {
    onTrainBegin() {
      monitor = new Monitor("modelCheckpoint", config);
    },
    async onEpochEnd(epoch, logs, context) {
      if (saveBestOnly && !monitor.improves(monitor.value(logs))) return;
      await context.save(path.replaceAll("{epoch}", String(epoch)));
    },
  };
}
