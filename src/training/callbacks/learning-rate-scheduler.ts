import type { Callback } from "./callback.ts";

/** Sets the learning rate before each epoch (from 1), given the present one. https://keras.io/api/callbacks/learning_rate_scheduler/ */
export function learningRateScheduler(rate: (epoch: number, learningRate: number) => number): Callback {
  return {
    onEpochBegin(epoch, context) {
      context.learningRate = rate(epoch, context.learningRate);
    },
  };
}
