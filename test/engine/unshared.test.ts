import { createHash } from "node:crypto";
import { afterEach, expect, it, vi } from "vitest";
import { noise } from "./as-oracle.ts";

const scope = globalThis as { crossOriginIsolated?: boolean };

afterEach(() => {
  delete scope.crossOriginIsolated;
  vi.resetModules();
});

/** Trains, evaluates and predicts with a newly loaded library, as in a page with or without cross-origin isolation. */
async function results(isolated: boolean): Promise<unknown> {
  scope.crossOriginIsolated = isolated;
  vi.resetModules();
  const lenet5 = await import("../../src/index.ts");
  const { canShare } = await import("../../src/engine/program.ts");
  expect(canShare).toBe(isolated);
  const net = lenet5.lenet5({ threads: 2 });
  expect(net.threads).toBe(isolated ? 2 : 1);
  net.compile({ loss: "sparse_categorical_crossentropy", metrics: ["accuracy"] });
  const data = { images: noise([90, 32, 32, 1], 6), labels: Int32Array.from({ length: 90 }, (_, i) => i % 10) };
  const { history } = await net.fit(data, { verbose: 0, epochs: 2, batchSize: 16, validationSplit: 0.1 });
  await net.fit(data, { verbose: 0, batchSize: 16, augment: lenet5.distortions() });
  for (let i = 0; i < 2; i++) await net.trainOnBatch(data);
  const evaluation = await net.evaluate(data, { confusionMatrix: true });
  const { data: prediction } = await net.predict(data.images);
  const file = createHash("sha256").update(net.toBytes()).digest("hex");
  return { loss: history.loss, val_loss: history.val_loss, evaluation, prediction, file };
}

it("without shared memory, one worker does all the work and gives the same bits", async () => {
  expect(await results(false)).toEqual(await results(true));
});
