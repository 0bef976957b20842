import { expect, it } from "vitest";
import type { TrainingContext } from "./callback.ts";
import { learningRateScheduler } from "./learning-rate-scheduler.ts";

it("sets the learning rate from the epoch and the current rate", async () => {
  const context = { learningRate: 8 } as TrainingContext;
  const { onEpochBegin } = learningRateScheduler((epoch, rate) => (epoch === 1 ? rate : rate / epoch));
  const rates: number[] = [];
  for (const epoch of [1, 2, 4]) {
    await onEpochBegin?.(epoch, context);
    rates.push(context.learningRate);
  }
  expect(rates).toEqual([8, 4, 1]);
});
