import type { Callback } from "./callback.ts";
import { Monitor, type MonitorOptions } from "./monitor.ts";

export interface ModelCheckpointOptions extends MonitorOptions {
  /** Where to write; `{epoch}` becomes the epoch's number. */
  readonly path: string;
  /** Whether to write only after an epoch that is the best so far; default false: after every epoch. */
  readonly saveBestOnly?: boolean;
}

/** Writes the model after epochs. https://keras.io/api/callbacks/model_checkpoint/ */
export function modelCheckpoint(options: ModelCheckpointOptions): Callback {
  let monitor: Monitor;
  return {
    onTrainBegin() {
      monitor = new Monitor("modelCheckpoint", options);
    },
    async onEpochEnd(epoch, logs, context) {
      if (options.saveBestOnly && !monitor.improves(monitor.value("modelCheckpoint", logs))) return;
      await context.save(options.path.replaceAll("{epoch}", String(epoch)));
    },
  };
}
