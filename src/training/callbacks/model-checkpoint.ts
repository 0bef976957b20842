import { checkedOptions, flag, type OptionsOf, optional, required } from "../../core/options.ts";
import { modelPath } from "../../formats/model-path.ts";
import type { Callback } from "./callback.ts";
import { Monitor, monitorOptions } from "./monitor.ts";
import { pathTemplate } from "./path-template.ts";

const options = {
  /**
   * Where to write. `{epoch}`, counted from 1, and the names of the epoch's numbers stand for these, in Python's format
   * if one is given: `"{epoch:02d}-{val_loss:.2f}.safetensors"`. Required.
   */
  path: required(modelPath),
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
 * without the watched number or one that the path names
 */
export function modelCheckpoint(given: ModelCheckpointOptions): Callback {
  const config = checkedOptions("modelCheckpoint", options, given);
  const { saveBestOnly } = config;
  const path = pathTemplate("modelCheckpoint path", config.path);
  let monitor: Monitor;
  return {
    onTrainBegin() {
      monitor = new Monitor("modelCheckpoint", config);
    },
    async onEpochEnd(epoch, logs, context) {
      if (saveBestOnly && !monitor.improves(monitor.value(logs))) return;
      await context.save(path({ epoch, ...logs }));
    },
  };
}
