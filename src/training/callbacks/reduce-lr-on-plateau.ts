import { numberWithin, wholeNumber } from "../../core/errors.ts";
import type { Callback } from "./callback.ts";
import { Monitor, type MonitorOptions } from "./monitor.ts";

export interface ReduceLROnPlateauOptions extends MonitorOptions {
  /** What the rate is multiplied by; default 0.1. */
  readonly factor?: number;
  /** Epochs without improvement after which it is; default 10. */
  readonly patience?: number;
  /** Epochs after a reduction in which nothing is counted; default 0. */
  readonly cooldown?: number;
  /** The rate is not reduced below this; default 0. */
  readonly minLearningRate?: number;
}

/** Lowers the learning rate when a number no longer improves; minDelta default 1e-4. https://keras.io/api/callbacks/reduce_lr_on_plateau/ */
export function reduceLROnPlateau(options: ReduceLROnPlateauOptions = {}): Callback {
  const factor = numberWithin("reduceLROnPlateau factor", options.factor ?? 0.1, 0, 1);
  const patience = wholeNumber("reduceLROnPlateau patience", options.patience ?? 10, 0);
  const { cooldown = 0, minLearningRate = 0 } = options;
  let monitor: Monitor;
  let waited = 0;
  let cooling = 0;
  return {
    onTrainBegin() {
      monitor = new Monitor("reduceLROnPlateau", { minDelta: 1e-4, ...options });
      waited = 0;
      cooling = 0;
    },
    onEpochEnd(_, logs, context) {
      if (cooling > 0) {
        cooling--;
        waited = 0;
      }
      if (monitor.improves(monitor.value("reduceLROnPlateau", logs))) {
        waited = 0;
      } else if (cooling === 0 && ++waited >= patience && context.learningRate > minLearningRate) {
        context.learningRate = Math.max(context.learningRate * factor, minLearningRate);
        cooling = cooldown;
        waited = 0;
      }
    },
  };
}
