/** What does not continue a training, and files whose position is damaged. */
import { describe, expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { type Training, trained } from "./continuing.ts";
import { batches, data, images, labels, network, options, stream } from "./small-training.ts";

const { earlyStopping, InputError, loadModel, readSafetensors, stepRecorder, writeSafetensors } = lenet5;

const quiet = { ...options, verbose: 0 } as const;
const training: Training = { make: network, data, options };

/** The file after three batches of the second epoch. */
async function saved(given: Training["data"] = data, more: lenet5.FitOptions = {}): Promise<Uint8Array> {
  const files: Uint8Array[] = [];
  const saver: lenet5.Callback = {
    onBatchEnd: (batch, _, { model, iterations }) =>
      void (batch === 2 && iterations > 5 && files.push(model.toBytes())),
  };
  const callbacks = [earlyStopping({ monitor: "loss", restoreBestWeights: true, patience: 9 }), stepRecorder(), saver];
  await network().fit(given, { seed: 7, verbose: 0, epochs: 2, ...more, callbacks });
  return files[0]!;
}

describe("a saved training is refused", () => {
  const count = 40;
  const fewer = {
    images: { ...images, shape: [count, 6, 6, 1], data: images.data.slice(0, count * 36) },
    labels: labels.slice(0, count),
  };
  it.each<[string, Training["data"], lenet5.FitOptions, string]>([
    [
      "other batches",
      data,
      { batchSize: 8 },
      "batchSize: expected 16, as where the model was saved after 3 batches of epoch 2, got 8",
    ],
    [
      "another seed",
      data,
      { seed: 8 },
      "seed: expected 7, as where the model was saved after 3 batches of epoch 2, got 8",
    ],
    [
      "another order",
      data,
      { shuffle: "once" },
      'shuffle: expected true, as where the model was saved after 3 batches of epoch 2, got "once"',
    ],
    ["other images", fewer, {}, "images: expected 70, as where the model was saved after 3 batches of epoch 2, got 40"],
    [
      "a stream",
      stream,
      { batchSize: undefined },
      "images: expected 70, as where the model was saved after 3 batches of epoch 2, got undefined",
    ],
  ])("with %s", async (_, given, more, message) => {
    const model = await loadModel(await saved(data, options));
    const before = model.toBytes();
    const begun: number[] = [];
    const callbacks = [{ onTrainBegin: () => void begun.push(1) }];
    await expect(model.fit(given, { ...quiet, ...more, initialEpoch: 1, epochs: 2, callbacks })).rejects.toThrow(
      `fit ${message}: give the same, or leave out initialEpoch to begin anew`,
    );
    expect(begun).toEqual([]);
    expect(model.toBytes()).toEqual(before);
  });

  it.each<[string, Iterable<lenet5.LabelledImages>, string]>([
    ["that ends before", [...batches()].slice(0, 2), "40 images in 2 batches"],
    ["of smaller batches", [...batches()].map(() => [...batches()].at(-1)!), "30 images in 3 batches"],
  ])("with a stream %s", async (_, other, got) => {
    const model = await loadModel(await saved(stream));
    await expect(model.fit(other, { seed: 7, verbose: 0, initialEpoch: 1, epochs: 2 })).rejects.toThrow(
      `fit: expected the stream that the saved model was trained on, with 60 images in 3 batches, got ${got}: give the same`,
    );
  });
});

describe("a position is not used", () => {
  it("without initialEpoch, with another one, or after other weights", async () => {
    const file = await saved(data, options);
    const begin = async (change: (model: lenet5.Model) => unknown, initialEpoch?: number) => {
      const model = await loadModel(file);
      await change(model);
      const batchesSeen: number[] = [];
      const callbacks = [{ onBatchEnd: (batch: number) => void batchesSeen.push(batch) }];
      await model.fit(data, { ...quiet, initialEpoch, epochs: (initialEpoch ?? 0) + 1, callbacks });
      return batchesSeen;
    };
    const all = [0, 1, 2, 3, 4];
    const same = () => {};
    expect(await begin(same, 1)).toEqual([3, 4]);
    expect(await begin(same)).toEqual(all);
    expect(await begin(same, 0)).toEqual(all);
    expect(await begin(same, 2)).toEqual(all);
    expect(await begin((model) => model.setWeights(model.weights), 1)).toEqual(all);
    expect(await begin((model) => model.loadWeights(file), 1)).toEqual(all);
    expect(await begin((model) => model.trainOnBatch(data), 1)).toEqual(all);
  });
});

describe("an aborted training", () => {
  const aborted = async (model: lenet5.Model, optimizer?: lenet5.Optimizer) => {
    if (optimizer) model.compile({ optimizer, loss: "sparse_categorical_crossentropy" });
    const halt = new AbortController();
    const aborting: lenet5.Callback = {
      onProgress(_, __, { iterations }) {
        if (iterations >= 7) halt.abort();
      },
    };
    await trained(model, training, { callbacks: [aborting], signal: halt.signal });
    return model;
  };

  it("goes on within its epoch, in the same process or from a file", async () => {
    const straight = await trained(network(), training);
    const model = await aborted(network());
    const file = model.toBytes();
    for (const each of [model, await loadModel(file)]) {
      const { file: end, epochs } = await trained(each, training, { initialEpoch: 1 });
      expect(end).toEqual(straight.file);
      expect([...epochs]).toEqual([...straight.epochs].slice(1));
    }
  });

  it("goes on where it stood, also if it was aborted again before its first batch", async () => {
    const straight = network();
    await straight.fit(stream, { seed: 7, verbose: 0, epochs: 2 });
    const model = await loadModel(await saved(stream));
    for (const hook of ["onTrainBegin", "onEpochBegin"] as const) {
      const halt = new AbortController();
      const callbacks = [{ [hook]: () => halt.abort() }];
      await model.fit(stream, { seed: 7, verbose: 0, initialEpoch: 1, epochs: 2, callbacks, signal: halt.signal });
    }
    await model.fit(stream, { seed: 7, verbose: 0, initialEpoch: 1, epochs: 2 });
    expect(await model.checksum()).toBe(await straight.checksum());
  });

  it("has no place within the epoch where averages or restored weights replaced those of the batch", async () => {
    expect((await aborted(network(), lenet5.adam({ useEma: true }))).training!.position).toBeUndefined();
    expect((await aborted(network(), lenet5.adam())).training!.position).toBeDefined();
    const restoring: lenet5.Callback = { onTrainEnd: (context) => context.setWeights(context.getWeights()) };
    const halt = new AbortController();
    const aborting: lenet5.Callback = { onProgress: () => halt.abort() };
    const model = network();
    await model.fit(data, { ...quiet, callbacks: [aborting, restoring], signal: halt.signal });
    expect(model.training!.position).toBeUndefined();
  });
});

describe("a failed training", () => {
  it("can be saved as what it went back to, and continues there", async () => {
    const straight = await trained(network(), training);
    const files: Uint8Array[] = [];
    const failing: lenet5.Callback = {
      async onBatches(_, context) {
        if (context.iterations >= 9) throw new Error("stop");
        if (context.iterations >= 6) await context.currentWeights();
      },
      onTrainEnd: ({ model }) => void files.push(model.toBytes()),
    };
    await expect(trained(network(), training, { callbacks: [failing] })).rejects.toThrow("stop");
    const model = await loadModel(files[0]!);
    expect((await trained(model, training, { initialEpoch: 1 })).file).toEqual(straight.file);
  });
});

describe("a file with a damaged position is refused, with its name", () => {
  type Position = ReturnType<typeof JSON.parse>;
  it.each<[string, (position: Position) => unknown, RegExp]>([
    ["no position", () => "none", /its position in the training: /],
    ["an epoch 0", (p) => ({ ...p, epoch: 0 }), /: epoch: /],
    ["an epoch that is no number", (p) => ({ ...p, epoch: "2" }), /: epoch: /],
    ["batches below 0", (p) => ({ ...p, within: { ...p.within, batches: -1 } }), /: within.batches: /],
    ["more batches than a number can count", (p) => ({ ...p, within: { ...p.within, batches: 1e300 } }), /batches/],
    ["batches in parts", (p) => ({ ...p, within: { ...p.within, batches: 0.5 } }), /batches/],
    ["seconds below 0", (p) => ({ ...p, within: { ...p.within, seconds: -1 } }), /seconds/],
    ["no sums", (p) => ({ ...p, within: { ...p.within, totals: {} } }), /totals/],
    ["no callbacks", (p) => ({ ...p, callbacks: undefined }), /: callbacks: /],
    [
      "a hook that does not exist",
      (p) => ({ ...p, hooks: [{ name: "constructor", args: [], from: 0 }] }),
      /hooks.0.name/,
    ],
    [
      "a hook without its numbers",
      (p) => ({ ...p, hooks: [{ name: "onEpochEnd", args: [1], from: 0 }] }),
      /hooks.0.args/,
    ],
    [
      "a hook with text",
      (p) => ({ ...p, hooks: [{ name: "onEpochEnd", args: [1, { loss: "0" }], from: 0 }] }),
      /hooks/,
    ],
    ["a place of a stream below 0", (p) => ({ ...p, stream: { opened: 1, batches: -1, images: 0 } }), /stream/],
  ])("%s", async (_, change, message) => {
    const file = await changed(change);
    await expect(loadModel(file)).rejects.toThrow(message);
    await expect(loadModel(file)).rejects.toThrow(/^model file: its position in the training: [^\n]{1,400}$/);
    await expect(loadModel(file)).rejects.toThrow(InputError);
  });

  it.each<[string, (position: Position) => Position, RegExp]>([
    [
      "sums of other metrics",
      (p) => ({ ...p, within: { ...p.within, totals: { ...p.within.totals, targets: [] } } }),
      /^fit: expected the loss/,
    ],
    [
      "more batches than the epoch has",
      (p) => ({ ...p, within: { ...p.within, batches: 6 } }),
      /^fit: expected at least 6 batches in epoch 2/,
    ],
    [
      "a callback's memory of another kind",
      (p) => withMemory(p, "earlyStopping loss", []),
      /^earlyStopping: the memory in the model file: /,
    ],
    [
      "columns of several lengths",
      (p) => withMemory(p, "stepRecorder", (json: object) => ({ ...json, loss: [1] })),
      /^stepRecorder: .* one length$/,
    ],
    [
      "steps in no entries",
      (p) => withMemory(p, "stepRecorder", (json: object) => ({ ...json, every: 0 })),
      /^stepRecorder: .*every/,
    ],
  ])("%s, when fit continues", async (_, change, message) => {
    const model = await loadModel(await changed(change));
    const callbacks = [earlyStopping({ monitor: "loss" }), stepRecorder()];
    const fit = model.fit(data, { ...quiet, initialEpoch: 1, epochs: 2, callbacks });
    await expect(fit).rejects.toThrow(message);
    await expect(fit).rejects.toThrow(InputError);
  });

  it("a callback's weights of another size", async () => {
    const { tensors, metadata } = readSafetensors(await saved(data, options));
    const path = [...tensors.keys()].find((name) => name.startsWith("callback/0/"))!;
    const wrong = { ...Object.fromEntries(tensors), [path]: { shape: [1], data: Float32Array.of(1) } };
    await expect(loadModel(writeSafetensors(wrong, metadata))).rejects.toThrow(
      'model file: expected weights of the model in the memory of "earlyStopping loss", got others',
    );
  });

  async function changed(change: (position: Position) => unknown): Promise<Uint8Array> {
    const { tensors, metadata } = readSafetensors(await saved(data, options));
    const position = JSON.stringify(change(JSON.parse(metadata.position!)));
    return writeSafetensors(Object.fromEntries(tensors), { ...metadata, position });
  }

  function withMemory(position: Position, name: string, change: unknown): Position {
    const json = (old: unknown) => (typeof change === "function" ? change(old) : change);
    const callbacks = position.callbacks.map((each: Position) =>
      each.name === name ? { ...each, json: json(each.json) } : each,
    );
    return { ...position, callbacks };
  }
});
