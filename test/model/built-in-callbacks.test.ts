/** The callbacks of the package in real training. */
import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { network, points, weightsOf } from "./three-classes.ts";

const quiet = { verbose: 0, batchSize: 8 } as const;

it("earlyStopping waits for patience and restores the best weights", async () => {
  const made = network();
  const kept: Map<string, Float32Array>[] = [];
  const history = await made.fit(points, {
    ...quiet,
    epochs: 50,
    callbacks: [
      { onEpochEnd: (_, __, context) => void kept.push(context.getWeights()) },
      // The loss falls, so that by "max" the first epoch is the best.
      lenet5.earlyStopping({ monitor: "loss", mode: "max", patience: 3, restoreBestWeights: true }),
    ],
  });
  expect(history.epochs).toEqual([1, 2, 3, 4]);
  expect(history.stopped).toMatch(/loss did not improve for 3 epochs/);
  expect(made.weights.get("end/kernel")!.data).toEqual(kept[0]!.get("end/kernel"));
});

it("earlyStopping never stops after the first epoch, whose weights it keeps until there are better ones", async () => {
  const made = network();
  const callback = lenet5.earlyStopping({ monitor: "loss", mode: "max", restoreBestWeights: true });
  const history = await made.fit(points, { ...quiet, epochs: 5, callbacks: [callback] });
  expect(history.epochs).toEqual([1, 2]);
});

it("reduceLROnPlateau and learningRateScheduler set the rate that the next epoch uses", async () => {
  const plateau = lenet5.reduceLROnPlateau({ monitor: "loss", mode: "max", factor: 0.5, patience: 1 });
  const made = network();
  const { history } = await made.fit(points, { ...quiet, epochs: 4, callbacks: [plateau] });
  expect(history.learning_rate).toEqual([1e-3, 1e-3, 5e-4, 2.5e-4]);
  const scheduled = lenet5.learningRateScheduler((epoch) => 1 / epoch);
  expect((await network().fit(points, { ...quiet, epochs: 3, callbacks: [scheduled] })).history.learning_rate).toEqual([
    1,
    1 / 2,
    1 / 3,
  ]);
});

it("modelCheckpoint saves the best epoch's model with saveBestOnly, and every epoch's without", async () => {
  const folder = await mkdtemp(join(tmpdir(), "lenet5-"));
  // The loss falls, so that by "max" the first epoch stays the best.
  const watched = { monitor: "loss", mode: "max", saveBestOnly: true } as const;
  const { history } = await network().fit(points, {
    ...quiet,
    epochs: 3,
    callbacks: [
      lenet5.modelCheckpoint({ path: join(folder, "epoch-{epoch}") }),
      lenet5.modelCheckpoint({ path: join(folder, "best"), ...watched }),
      lenet5.modelCheckpoint({ path: join(folder, "best-{epoch}"), ...watched }),
      lenet5.modelCheckpoint({ path: join(folder, "last"), ...watched, saveBestOnly: false }),
    ],
  });
  expect(history.loss![2]).toBeLessThan(history.loss![0]!);
  expect((await readdir(folder)).sort()).toEqual(["best", "best-1", "epoch-1", "epoch-2", "epoch-3", "last"]);
  const weights = async (name: string) => weightsOf(await lenet5.loadModel(join(folder, name)));
  expect(await weights("best")).toEqual(await weights("epoch-1"));
  expect(await weights("last")).toEqual(await weights("epoch-3"));
  expect(await weights("epoch-2")).not.toEqual(await weights("epoch-1"));
});

it("csvLogger and modelCheckpoint write files that can be read back", async () => {
  const folder = await mkdtemp(join(tmpdir(), "lenet5-"));
  const made = network();
  const { history } = await made.fit(points, {
    ...quiet,
    epochs: 3,
    callbacks: [
      lenet5.csvLogger(join(folder, "log.csv")),
      lenet5.modelCheckpoint({ path: join(folder, "epoch-{epoch}.safetensors") }),
    ],
  });
  const lines = (await readFile(join(folder, "log.csv"), "utf8")).trim().split("\n");
  expect(lines[0]).toBe(["epoch", ...Object.keys(history)].join(","));
  expect(lines.slice(1).map((line) => Number(line.split(",")[1]))).toEqual(history.loss);
  const last = await lenet5.loadModel(join(folder, "epoch-3.safetensors"));
  expect(weightsOf(last)).toEqual(weightsOf(made));
});
