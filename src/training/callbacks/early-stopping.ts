import { wholeNumber } from "../../core/errors.ts";
import type { Callback } from "./callback.ts";
import { Monitor, type MonitorOptions } from "./monitor.ts";

export interface EarlyStoppingOptions extends MonitorOptions {
  /** Epochs without improvement after which training ends; default 0. */
  readonly patience?: number;
  /** What the first epochs must better; default: nothing. */
  readonly baseline?: number;
  /** Epochs before this one are not watched; default 1. */
  readonly startFromEpoch?: number;
  /** Whether the weights of the best epoch are put back at the end; default false. */
  readonly restoreBestWeights?: boolean;
}

/** Ends training when a number no longer improves. https://keras.io/api/callbacks/early_stopping/ */
export function earlyStopping(options: EarlyStoppingOptions = {}): Callback {
  const patience = wholeNumber("earlyStopping patience", options.patience ?? 0, 0);
  let monitor: Monitor;
  let waited = 0;
  let watched = 0;
  let best: Map<string, Float32Array> | undefined;
  return {
    onTrainBegin() {
      monitor = new Monitor("earlyStopping", options);
      monitor.best = options.baseline;
      waited = 0;
      watched = 0;
      best = undefined;
    },
    onEpochEnd(epoch, logs, context) {
      const value = monitor.value("earlyStopping", logs);
      if (epoch < (options.startFromEpoch ?? 1)) return;
      const improved = monitor.improves(value);
      if (options.restoreBestWeights && (improved || !best)) best = context.getWeights();
      waited = improved ? 0 : waited + 1;
      watched++;
      // As in Keras, the first epoch never ends it.
      if (!improved && watched > 1 && waited >= patience) {
        context.stop(`${monitor.name} did not improve for ${waited} epochs, up to epoch ${epoch}`);
      }
    },
    onTrainEnd(context) {
      if (best) context.setWeights(best);
    },
  };
}
