import * as v from "valibot";
import { belowOne, checkedOptions, type OptionsOf, optional, whole, within } from "../../core/options.ts";
import type { Callback } from "./callback.ts";
import { Monitor, monitorOptions } from "./monitor.ts";
import { anyNumber, rememberedBy, wholeNumber } from "./remembered.ts";

const options = {
  ...monitorOptions,
  /** A change of this much or less is no improvement; at least 0. Default 1e-4. */
  minDelta: optional(within(0), 1e-4),
  /** The factor of each reduction, in [0, 1). Default 0.1. */
  factor: optional(belowOne, 0.1),
  /** The rate is reduced after this many epochs without improvement; at least 0. Default 10. */
  patience: optional(whole(0), 10),
  /** Epochs after a reduction that do not count as epochs without improvement; at least 0. Default 0. */
  cooldown: optional(whole(0), 0),
  /** The rate is not reduced below this; at least 0. Default 0. */
  minLr: optional(within(0), 0),
};

const memory = v.object({ best: v.optional(anyNumber), waited: wholeNumber, cooling: wholeNumber });

/** Options of {@link reduceLROnPlateau}. */
export interface ReduceLROnPlateauOptions extends OptionsOf<typeof options> {}

/**
 * Reduces the learning rate when a number no longer improves. It replaces a schedule: from the first reduction on,
 * the rate is constant between reductions. https://keras.io/api/callbacks/reduce_lr_on_plateau/
 * @throws InputError for options that are unknown or out of range, and after an epoch without the watched number
 */
export function reduceLROnPlateau(given: ReduceLROnPlateauOptions = {}): Callback {
  const config = checkedOptions("reduceLROnPlateau", options, given);
  const { factor, patience, cooldown, minLr } = config;
  let monitor: Monitor;
  let waited = 0;
  let cooling = 0;
  return {
    memory: {
      name: `reduceLROnPlateau ${config.monitor}`,
      get: () => ({ json: { best: monitor.best, waited, cooling } }),
      set({ json }) {
        const saved = rememberedBy("reduceLROnPlateau", memory, json);
        ({ waited, cooling } = saved);
        monitor.best = saved.best;
      },
    },
    onTrainBegin() {
      monitor = new Monitor("reduceLROnPlateau", config);
      waited = 0;
      cooling = 0;
    },
    onEpochEnd(_, logs, context) {
      if (cooling > 0) {
        cooling--;
        waited = 0;
      }
      if (monitor.improves(monitor.value(logs))) {
        waited = 0;
      } else if (cooling === 0 && ++waited >= patience && context.learningRate > minLr) {
        context.learningRate = Math.max(context.learningRate * factor, minLr);
        cooling = cooldown;
        waited = 0;
      }
    },
  };
}
