import { wholeNumber } from "../../core/errors.ts";
import type { Callback } from "./callback.ts";
import { Monitor, type MonitorOptions } from "./monitor.ts";

export interface EarlyStoppingOptions extends MonitorOptions {
  /** Epochs without improvement after which training ends; default 0. */
  readonly patience?: number;
  /** Whether the weights of the best epoch are put back at the end; default false. */
  readonly restoreBestWeights?: boolean;
}

/** Ends training when a number no longer improves. https://keras.io/api/callbacks/early_stopping/ */
export function earlyStopping(options: EarlyStoppingOptions = {}): Callback {
  const patience = wholeNumber("earlyStopping patience", options.patience ?? 0, 0);
  let monitor: Monitor;
  let waited = 0;
  let best: Map<string, Float32Array> | undefined;
  return {
    onTrainBegin() {
      monitor = new Monitor("earlyStopping", options);
      waited = 0;
      best = undefined;
    },
    onEpochEnd(epoch, logs, context) {
      if (monitor.improves(monitor.value("earlyStopping", logs))) {
        waited = 0;
        if (options.restoreBestWeights) best = context.getWeights();
      } else if (++waited >= Math.max(1, patience)) {
        context.stop(`${monitor.name} did not improve for ${waited} epochs, up to epoch ${epoch}`);
      }
    },
    onTrainEnd(context) {
      if (best) context.setWeights(best);
    },
  };
}
