/** Streams from folders of pictures, with the built package: their threads load its modules. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encode } from "fast-png";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as built from "../../dist/index.js";
import { type Callback, digits, type FitOptions, type Model, type StreamDataOptions } from "../../src/index.ts";
import { writeFiles } from "../made-files.ts";
import { expectOneLine, lenet5 as lenet5Command, lenet5Json, scratchFolder } from "./lenet5-command.ts";

const { lenet5, loadModel, readData, streamData } = built as unknown as typeof import("../../src/index.ts");

let scratch: string;
let folder: string;
beforeAll(async () => {
  scratch = await scratchFolder();
  process.env.XDG_CACHE_HOME = join(scratch, "cache");
  const { images, labels } = digits({ train: 300, test: 1, size: 28 }).train;
  const files = Array.from(labels, (label, i) => {
    const data = images.data.slice(i * 784, (i + 1) * 784) as Uint8Array;
    return [`${label}/${i}.png`, encode({ width: 28, height: 28, channels: 1, data })] as const;
  });
  folder = await writeFiles(join(scratch, "digits"), Object.fromEntries(files));
});
afterAll(() => rm(scratch, { recursive: true }));

function compiled() {
  const net = lenet5({ seed: 2 });
  net.compile({ loss: "sparse_categorical_crossentropy", metrics: ["accuracy"] });
  return net;
}

async function streamed(options: StreamDataOptions, epochs: number, initialEpoch = 0, net = compiled()) {
  const data = await streamData(folder, { batchSize: 40, seed: 5, initialEpoch, ...options });
  const history = await net.fit(data.train, {
    epochs,
    initialEpoch,
    seed: 5,
    verbose: 0,
    validationData: data.validation,
  });
  data.train.close();
  return { net, history, data };
}

test("the same weights as from memory, decoded once or in every epoch, and after a resume", async () => {
  const memory = compiled();
  const { train, test: tested } = await readData(folder);
  const expected = await memory.fit(train, { epochs: 3, batchSize: 40, seed: 5, validationSplit: 0.25, verbose: 0 });
  const bytes = memory.getWeights().map(({ data }) => data);
  const kept = await streamed({ validationSplit: 0.25 }, 3);
  expect(kept.net.getWeights().map(({ data }) => data)).toEqual(bytes);
  expect(kept.history.history.val_loss).toEqual(expected.history.val_loss);
  expect(kept.data.test.labels).toEqual(tested.labels);
  expect(kept.data.test.images.data).toEqual(tested.images.data);
  const again = await streamed({ validationSplit: 0.25, keepDecoded: false, threads: 1 }, 2);
  const resumed = await streamed({ validationSplit: 0.25, keepDecoded: false }, 3, 2, again.net);
  expect(resumed.net.getWeights().map(({ data }) => data)).toEqual(bytes);
});

test("an epoch can be left, and the next begins anew", async () => {
  const { train } = await streamData(folder, { batchSize: 16, shuffle: false });
  for await (const { images, labels } of train) {
    expect(images.shape).toEqual([16, 32, 32, 1]);
    expect(labels).toEqual(train.targets.slice(0, 16));
    break;
  }
  let count = 0;
  for await (const { labels } of train) count += labels.length;
  expect(count).toBe(train.count);
  train.close();
  await expect(train[Symbol.asyncIterator]().next()).rejects.toThrow(/the stream of pictures is closed/);
});

test("closing ends what is under way", async () => {
  // Two tasks for one thread: the second waits.
  const { train } = await streamData(folder, { batchSize: 200, threads: 1 });
  const first = train[Symbol.asyncIterator]().next();
  train.close();
  await expect(first).rejects.toThrow(/the stream of pictures is closed/);
});

test("a damaged picture ends training with its file's name; other data are refused", async () => {
  // Of three, one at least is not in the test set, where damaged pictures are left out.
  const paths = [0, 1, 2].map((i) => join(folder, "3", `damaged-${i}.png`));
  for (const path of paths) await writeFile(path, "no picture");
  try {
    await expect(streamed({}, 1)).rejects.toThrow(/damaged-\d\.png: expected PNG/);
  } finally {
    for (const path of paths) await rm(path);
  }
  await expect(streamData(scratch)).rejects.toThrow(/expected/);
  await expect(streamData(folder, { batch: 3 } as object)).rejects.toThrow(/batchSize/);
  await expect(streamData(folder, { fit: "crop" })).rejects.toThrow(/streamData fit: expected with a size/);
});

test("a model that is saved within an epoch goes on there, without the pictures before, with the same bits", async () => {
  const opened: number[] = [];
  const trainedOn = async (net: Model, batchSize: number, fit: FitOptions) => {
    const { train } = await streamData(folder, { batchSize, seed: 5, threads: 1 });
    const { startAt } = train;
    train.startAt = (place) => {
      opened.push(place.batches);
      return startAt.call(train, place);
    };
    try {
      await net.fit(train, { epochs: 3, seed: 5, verbose: 0, ...fit });
    } finally {
      train.close();
    }
    return net.getWeights().map(({ data }) => data);
  };
  const straight = await trainedOn(compiled(), 40, {});
  expect(opened).toEqual([]);
  const files: Uint8Array[] = [];
  const saver: Callback = { onBatchEnd: (_, __, { model }) => void files.push(model.toBytes()) };
  await trainedOn(compiled(), 40, { callbacks: [saver] });
  // Six batches in an epoch: after two batches of the second, and after the last of it.
  for (const [file, epoch] of [files[7]!, files[11]!].entries()) {
    const net = await loadModel(epoch);
    expect(await trainedOn(net, 40, { initialEpoch: 1 }), `file ${file}`).toEqual(straight);
  }
  expect(opened).toEqual([2, 6]);
  await expect(trainedOn(await loadModel(files[7]!), 30, { initialEpoch: 1 })).rejects.toThrow(
    "streamData batchSize: expected the stream that the saved model was trained on, with 80 images in 2 batches, got 60 images in 2 batches: give the same",
  );
});

test("lenet5 train --stream writes the model that it writes without, and a stopped run goes on", async () => {
  const [memory, stream, resumed] = ["memory", "stream", "resumed"].map((name) => join(scratch, name));
  const common = ["--data", folder, "--epochs", "2", "--batch-size", "32", "--learning-rate", "0.05"];
  await Promise.all([
    lenet5Json(["train", ...common, "--out", memory!]),
    lenet5Json(["train", ...common, "--out", stream!, "--stream"]),
    lenet5Json(["train", ...common, "--out", resumed!, "--stream", "--epochs", "1"]),
  ]);
  await lenet5Json(["train", "--resume", resumed!, "--epochs", "2"]);
  const models = await Promise.all([memory, stream, resumed].map((run) => readFile(join(run!, "model.safetensors"))));
  expect(models[1]!.equals(models[0]!)).toBe(true);
  expect(models[2]!.equals(models[0]!)).toBe(true);
  expectOneLine(
    await lenet5Command(["train", "--stream", "--data", "digits"]),
    /--stream: expected --data with a folder/,
  );
  expectOneLine(await lenet5Command(["train", "--resume", resumed!, "--stream"]), /leave out --stream/);
});

test.each([
  ["--network", "modern"],
  ["--recipe", "best"],
])("lenet5 train --stream %s %s distorts images alike on all threads, and after a stop", async (option, value) => {
  const [straight, resumed] = ["straight", "stopped"].map((name) => join(scratch, `${value}-${name}`));
  const common = ["--data", folder, option, value, "--stream", "--batch-size", "32", "--learning-rate", "0.05"];
  await Promise.all([
    lenet5Json(["train", ...common, "--out", straight!, "--epochs", "2"]),
    lenet5Json(["train", ...common, "--out", resumed!, "--epochs", "1", "--threads", "1"]),
  ]);
  await lenet5Json(["train", "--resume", resumed!, "--epochs", "2"]);
  const { settings } = JSON.parse(await readFile(join(resumed!, "config.json"), "utf8"));
  expect(settings.augment).toEqual([expect.objectContaining({ type: "distortions" })]);
  const models = await Promise.all([straight, resumed].map((run) => readFile(join(run!, "model.safetensors"))));
  expect(models[1]!.equals(models[0]!)).toBe(true);
});
