import * as v from "valibot";
import { checkedOptions, finite, flag, type OptionsOf, optional, whole } from "../../core/options.ts";
import type { Callback } from "./callback.ts";
import { Monitor, monitorOptions } from "./monitor.ts";
import { anyNumber, rememberedBy, wholeNumber } from "./remembered.ts";

const options = {
  ...monitorOptions,
  /**
   * Training ends after this many epochs without improvement; at least 0. Default 0: as with 1, the first one ends it.
   */
  patience: optional(whole(0), 0),
  /** A value of the watched number that the first epochs must improve on. Default: none. */
  baseline: optional(finite, undefined),
  /** The first epoch to watch, counted from 1. Default 1. */
  startFromEpoch: optional(whole(0), 1),
  /** Whether to restore the weights of the best epoch when training ends. Default false. */
  restoreBestWeights: optional(flag, false),
};

const memory = v.object({ best: v.optional(anyNumber), waited: wholeNumber, watched: wholeNumber });

/** Options of {@link earlyStopping}. */
export interface EarlyStoppingOptions extends OptionsOf<typeof options> {}

/**
 * Ends training when a number no longer improves; `history.stopped` has the reason. Each call of `fit` starts without
 * a best value, unless it continues a saved training. https://keras.io/api/callbacks/early_stopping/
 * @throws InputError for options that are unknown or out of range, and after an epoch without the watched number
 */
export function earlyStopping(given: EarlyStoppingOptions = {}): Callback {
  const config = checkedOptions("earlyStopping", options, given);
  const { patience, baseline, startFromEpoch, restoreBestWeights } = config;
  let monitor: Monitor;
  let waited = 0;
  let watched = 0;
  let best: Map<string, Float32Array> | undefined;
  return {
    memory: {
      name: `earlyStopping ${config.monitor}`,
      get: () => ({ json: { best: monitor.best, waited, watched }, ...(best && { weights: best }) }),
      set({ json, weights }) {
        const saved = rememberedBy("earlyStopping", memory, json);
        ({ waited, watched } = saved);
        monitor.best = saved.best;
        best = weights && new Map(weights);
      },
    },
    onTrainBegin() {
      monitor = new Monitor("earlyStopping", config, baseline);
      waited = 0;
      watched = 0;
      best = undefined;
    },
    onEpochEnd(epoch, logs, context) {
      const value = monitor.value(logs);
      if (epoch < startFromEpoch) return;
      const improved = monitor.improves(value);
      if (restoreBestWeights && (improved || !best)) best = context.getWeights();
      waited = improved ? 0 : waited + 1;
      watched++;
      // As in Keras, the first epoch never ends training.
      if (!improved && watched > 1 && waited >= patience) {
        context.stop(`${monitor.name} did not improve for ${waited} epochs, up to epoch ${epoch}`);
      }
    },
    onTrainEnd(context) {
      if (best) context.setWeights(best);
    },
  };
}
