import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode } from "fast-png";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readEventFolder } from "../../../test/read-events.ts";
import { digits, InputError, lenet5, type Model, tensorBoard } from "../../index.ts";
import { tiles } from "./tensor-board.ts";

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "lenet5-tensorboard-"));
});
afterAll(() => rm(scratch, { recursive: true }));

const { train } = digits({ train: 40, test: 1 });
const fitting = { epochs: 2, batchSize: 16, verbose: 0 } as const;

function network(): Model {
  const made = lenet5({ threads: 1 });
  made.compile({ loss: "sparse_categorical_crossentropy", metrics: ["accuracy"] });
  return made;
}

it("writes the events of Keras in the folders train and validation", async () => {
  const folder = join(scratch, "run");
  const made = network();
  const callbacks = [tensorBoard(folder, { model: made })];
  const { history } = await made.fit(train, { ...fitting, validationSplit: 0.2, callbacks });

  const [version, ...events] = await readEventFolder(join(folder, "train"));
  expect(version!.fileVersion).toBe("brain.Event:2");
  const batches = events.filter(({ scalars }) => "batch_loss" in scalars);
  expect(batches.map(({ step }) => step)).toEqual([0, 1, 2, 3]);
  for (const { scalars } of batches) {
    expect(Object.keys(scalars)).toEqual(["batch_loss", "batch_accuracy", "learning_rate", "gradient_norm"]);
  }
  const epochs = events.filter(({ scalars }) => "epoch_loss" in scalars);
  expect(epochs.map(({ step }) => step)).toEqual([1, 2]);
  const learned = ["loss", "accuracy", "learning_rate", "seconds", "images_per_second"];
  expect(Object.keys(epochs[0]!.scalars)).toEqual(learned.map((name) => `epoch_${name}`));
  expect(epochs.map(({ scalars }) => scalars.epoch_loss)).toEqual(history.loss!.map(Math.fround));

  const last = epochs[1]!;
  const weights = [...made.weights];
  expect(Object.keys(last.histograms)).toEqual(weights.map(([path]) => `${path}/histogram`));
  for (const [path, { data }] of weights) {
    const numbers = [1, 2, 3].map((field) => last.histograms[`${path}/histogram`]!.get(field)![0]);
    expect(numbers).toEqual([Math.min(...data), Math.max(...data), data.length]);
  }
  expect(Object.keys(last.images)).toEqual(["C1/kernel/image"]);
  const { width, height, data } = decode(last.images["C1/kernel/image"]!.get(4)![0] as Uint8Array);
  expect({ width, height, data: [...data] }).toEqual({
    width: 35,
    height: 5,
    data: [...tiles(made.weights.get("C1/kernel")!).data],
  });

  const [, ...validated] = await readEventFolder(join(folder, "validation"));
  expect(validated.map(({ step, scalars }) => [step, scalars])).toEqual(
    [0, 1].map((i) => [
      i + 1,
      { epoch_loss: Math.fround(history.val_loss![i]!), epoch_accuracy: Math.fround(history.val_accuracy![i]!) },
    ]),
  );
});

it("writes no folder without validation, no image without a model, and a new file for a continued training", async () => {
  const folder = join(scratch, "plain");
  const made = network();
  const callbacks = [tensorBoard(folder)];
  await made.fit(train, { ...fitting, callbacks });
  expect(await readdir(folder)).toEqual(["train"]);
  const events = await readEventFolder(join(folder, "train"));
  expect(events.flatMap(({ images }) => Object.keys(images))).toEqual([]);
  await made.fit(train, { ...fitting, epochs: 3, initialEpoch: 2, callbacks });
  expect(await readdir(join(folder, "train"))).toHaveLength(2);
});

it("a folder that cannot be written is an error before the first batch", async () => {
  const path = join(scratch, "a-file");
  await writeFile(path, "");
  const made = network();
  await expect(made.fit(train, { ...fitting, callbacks: [tensorBoard(path)] })).rejects.toThrow(InputError);
  expect(made.training?.iterations).toBe(0);
});

it("kernels are tiles: a row for each input channel, a column for each output channel", () => {
  // [kh 1, kw 2, in 2, out 2]
  const data = Float32Array.of(-4, 0, 1, 2, 4, -2, Number.NaN, Infinity);
  const { width, height, data: pixels } = tiles({ shape: [1, 2, 2, 2], data });
  expect([width, height]).toEqual([5, 3]);
  const [white, grey] = [255, 128];
  expect([...pixels]).toEqual([
    ...[0, 255, white, grey, 64],
    ...[white, white, white, white, white],
    ...[159, 0, white, 191, 255],
  ]);
  expect([...tiles({ shape: [1, 1, 1, 1], data: Float32Array.of(0) }).data]).toEqual([grey]);
});
