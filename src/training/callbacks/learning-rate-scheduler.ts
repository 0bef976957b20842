import { callable } from "../../core/options.ts";
import type { Callback } from "./callback.ts";

const checkedRate = callable<(epoch: number, learningRate: number) => number>();

/**
 * Sets the learning rate before each epoch: `rate` gets the epoch's number, from 1, and the present rate. It replaces a
 * schedule. https://keras.io/api/callbacks/learning_rate_scheduler/
 * @throws InputError unless `rate` is a function, and before an epoch for a rate that is negative or not finite
 */
export function learningRateScheduler(rate: (epoch: number, learningRate: number) => number): Callback {
  checkedRate("learningRateScheduler rate", rate);
  return {
    onEpochBegin(epoch, context) {
      // The rate of an epoch that was begun before is that of the saved model.
      if (context.continued?.epoch === epoch) return;
      context.learningRate = rate(epoch, context.learningRate);
    },
  };
}
