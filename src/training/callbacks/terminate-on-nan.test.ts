import { expect, it } from "vitest";
import type { TrainingContext } from "./callback.ts";
import { terminateOnNaN } from "./terminate-on-nan.ts";

it.each([
  [0.5, []],
  [Number.NaN, ["the loss became NaN by batch 7"]],
  [Number.POSITIVE_INFINITY, ["the loss became Infinity by batch 7"]],
])("a loss of %f: training stops for %j", async (loss, stops) => {
  const reasons: (string | undefined)[] = [];
  const context = { stop: (reason) => void reasons.push(reason) } as TrainingContext;
  await terminateOnNaN().onProgress?.(7, { loss, accuracy: Number.NaN }, context);
  expect(reasons).toEqual(stops);
});
