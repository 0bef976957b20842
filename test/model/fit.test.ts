import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { distance, gradientLook, gradientsSeen, noise } from "../engine/as-oracle.ts";

const { dense, input, model, sgd } = lenet5;

/** 40 points of 6 numbers in 3 classes that a linear network can tell apart. */
const points = (() => {
  const images = noise([40, 6], 4);
  const labels = Int32Array.from({ length: 40 }, (_, i) => i % 3);
  labels.forEach((label, i) => {
    images.data[i * 6 + label]! += 2;
  });
  return { images, labels };
})();

function network(seed = 1): lenet5.Model {
  const x = input({ shape: [6] });
  const made = model({
    inputs: x,
    outputs: dense({ units: 3, activation: "softmax", name: "end" })(x),
    seed,
    threads: 2,
  });
  made.compile({ optimizer: "adam", loss: "sparse_categorical_crossentropy", metrics: ["accuracy"] });
  return made;
}

function part(from: number, to: number): typeof points {
  const images = { shape: [to - from, 6], data: points.images.data.slice(from * 6, to * 6) };
  return { images, labels: points.labels.slice(from, to) };
}

const quiet = { verbose: 0, batchSize: 8 } as const;
const weightsOf = (made: lenet5.Model) => [...made.weights].map(([name, { data }]) => [name, Float32Array.from(data)]);

describe("what training sees", () => {
  it("the same seed gives the same history and weights, another seed others", async () => {
    const runs = await Promise.all(
      [1, 1, 2].map(async (seed) => {
        const made = network();
        await made.fit(points, { ...quiet, epochs: 3, seed });
        return weightsOf(made);
      }),
    );
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[2]).not.toEqual(runs[0]);
  });

  it("a stream of batches is learned as the same images in memory are", async () => {
    const [memory, stream, async] = [network(), network(), network()];
    await memory.fit(points, { ...quiet, epochs: 2, shuffle: false });
    const batches = [0, 8, 16, 24, 32].map((from) => part(from, from + 8));
    await stream.fit(batches, { verbose: 0, epochs: 2 });
    const asynchronous = {
      async *[Symbol.asyncIterator]() {
        yield* batches;
      },
    };
    const history = await async.fit(asynchronous, { verbose: 0, epochs: 2, validationData: batches });
    expect(weightsOf(stream)).toEqual(weightsOf(memory));
    expect(weightsOf(async)).toEqual(weightsOf(memory));
    expect(history.history.val_loss).toHaveLength(2);
  });

  it("an endless stream ends its epochs by stepsPerEpoch, batches of changing size included", async () => {
    const endless = {
      *[Symbol.iterator]() {
        for (let i = 0; ; i++) yield part(i % 20, (i % 20) + 3 + (i % 15));
      },
    };
    const { epochs, history } = await network().fit(endless, { verbose: 0, epochs: 3, stepsPerEpoch: 4 });
    expect(epochs).toEqual([1, 2, 3]);
    expect(history.loss!.every(Number.isFinite)).toBe(true);
  });

  it("a stream that ends with an epoch is begun again for the next", async () => {
    const batches = [part(0, 8), part(8, 16)];
    const { epochs } = await network().fit(batches, { verbose: 0, epochs: 3, stepsPerEpoch: 2 });
    expect(epochs).toEqual([1, 2, 3]);
  });

  it("a stream that can be gone through once only says so", async () => {
    const once = [part(0, 8), part(8, 16)].values();
    await expect(network().fit(once, { verbose: 0, epochs: 2 })).rejects.toThrow(
      /expected batches in epoch 2, got none/,
    );
  });

  it("validationSplit keeps the last images, and they are never learned from", async () => {
    const [split, apart] = [network(), network()];
    const a = await split.fit(points, { ...quiet, epochs: 2, validationSplit: 0.25, seed: 3 });
    const b = await apart.fit(part(0, 30), { ...quiet, epochs: 2, validationData: part(30, 40), seed: 3 });
    expect(weightsOf(split)).toEqual(weightsOf(apart));
    expect(a.history.val_loss).toEqual(b.history.val_loss);
    expect(a.history.val_accuracy).toEqual(b.history.val_accuracy);
  });

  it("a class weight is a sample weight for each of its images, but not in validation", async () => {
    const [byClass, bySample] = [network(), network()];
    const sampleWeight = Float32Array.from(points.labels, (label) => (label === 1 ? 5 : 1));
    const options = { ...quiet, epochs: 2, validationSplit: 0.25 };
    const a = await byClass.fit(points, { ...options, classWeight: { 1: 5 } });
    const b = await bySample.fit({ ...points, sampleWeight }, options);
    expect(weightsOf(byClass)).toEqual(weightsOf(bySample));
    expect(a.history.loss).toEqual(b.history.loss);
    expect(a.history.val_loss).not.toEqual(b.history.val_loss);
  });

  it("images of weight 0 are not learned from", async () => {
    const [weighted, fewer] = [network(), network()];
    const sampleWeight = Float32Array.from({ length: 40 }, (_, i) => (i < 20 ? 2 : 0));
    for (const made of [weighted, fewer]) made.compile({ optimizer: sgd(), loss: "sparse_categorical_crossentropy" });
    await weighted.fit({ ...points, sampleWeight }, { verbose: 0, batchSize: 40, shuffle: false });
    await fewer.fit(part(0, 20), { verbose: 0, batchSize: 20, shuffle: false });
    for (const [name, { data }] of weighted.weights) {
      expect(distance(data, fewer.weights.get(name)!.data)).toBeLessThan(1e-6);
    }
  });

  it("bytes times their scale are the floats they stand for", async () => {
    const bytes = Uint8Array.from(points.images.data, (value) => Math.round((value + 2) * 50));
    const floats = Float32Array.from(bytes, (value) => Math.fround(value * Math.fround(1 / 64)));
    const [a, b] = [network(), network()];
    await a.fit({ images: { shape: [40, 6], data: bytes, scale: 1 / 64 }, labels: points.labels }, quiet);
    await b.fit({ images: { shape: [40, 6], data: floats }, labels: points.labels }, quiet);
    expect(weightsOf(a)).toEqual(weightsOf(b));
  });
});

describe("how training goes", () => {
  it("saved and loaded, it goes on with the same bits", async () => {
    const straight = network();
    await straight.fit(points, { ...quiet, epochs: 4, seed: 9 });
    const first = network();
    await first.fit(points, { ...quiet, epochs: 2, seed: 9 });
    const second = await lenet5.loadModel(first.toBytes());
    const history = await second.fit(points, { ...quiet, epochs: 4, initialEpoch: 2, seed: 9 });
    expect(history.epochs).toEqual([3, 4]);
    expect(second.toBytes()).toEqual(straight.toBytes());
  });

  it("an abort signal ends it early, and the model stays usable", async () => {
    const stop = new AbortController();
    const made = network();
    const callbacks = [{ onEpochEnd: (epoch: number) => void (epoch === 2 && stop.abort()) }];
    const history = await made.fit(points, { ...quiet, epochs: 100, signal: stop.signal, callbacks });
    expect(history.stopped).toBe("aborted");
    expect(history.epochs).toEqual([1, 2]);
    const before = weightsOf(made);
    expect((await made.fit(points, { ...quiet, signal: stop.signal })).stopped).toBe("aborted");
    expect(weightsOf(made)).toEqual(before);
    expect((await made.evaluate(points)).loss).toBeGreaterThan(0);
  });

  it("an abort is seen while a stream keeps it waiting", async () => {
    const stop = new AbortController();
    const stuck = {
      async *[Symbol.asyncIterator]() {
        yield part(0, 8);
        await new Promise(() => {});
      },
    };
    setTimeout(() => stop.abort(), 50);
    expect((await network().fit(stuck, { verbose: 0, signal: stop.signal })).stopped).toBe("aborted");
  });

  it("a failing callback or stream fails the call, and leaves the model as far as it had learned", async () => {
    const made = network();
    const twin = network();
    const fail = () => {
      throw new Error("first");
    };
    const worse = () => {
      throw new Error("second");
    };
    const options = { ...quiet, shuffle: false };
    await expect(
      made.fit(points, { ...options, callbacks: [{ onBatchEnd: fail, onTrainEnd: worse }] }),
    ).rejects.toThrow("first");
    await twin.fit(part(0, 8), options);
    expect(made.toBytes()).toEqual(twin.toBytes());
    const broken = {
      *[Symbol.iterator]() {
        yield part(8, 16);
        throw new Error("no more");
      },
    };
    await expect(made.fit(broken, { verbose: 0 })).rejects.toThrow("no more");
    await twin.fit(part(8, 16), options);
    expect(made.toBytes()).toEqual(twin.toBytes());
  });

  it("a model trains once at a time", async () => {
    const made = network();
    const first = made.fit(points, { ...quiet, epochs: 2 });
    await expect(made.fit(points, quiet)).rejects.toThrow(/one call at a time/);
    expect((await first).epochs).toEqual([1, 2]);
    await made.fit(points, quiet);
  });

  it("what a callback sees after a batch are the weights of that batch", async () => {
    const made = network();
    const seen: Float32Array[] = [];
    const onBatchEnd: lenet5.Callback["onBatchEnd"] = (_, __, context) => {
      seen.push(context.getWeights().get("end/kernel")!);
    };
    await made.fit(points, { ...quiet, callbacks: [{ onBatchEnd }] });
    expect(new Set(seen.map((values) => values.join())).size).toBe(5);
    expect(seen[4]).toEqual(made.weights.get("end/kernel")!.data);
  });

  it("onBatches reports every batch's loss, rate and gradient, whatever the threads", async () => {
    const told = async (threads: number) => {
      const x = input({ shape: [6] });
      const made = model({ inputs: x, outputs: dense({ units: 3, activation: "softmax", name: "end" })(x), threads });
      made.compile({ optimizer: gradientLook, loss: "sparse_categorical_crossentropy", metrics: ["accuracy"] });
      const batches: lenet5.BatchLogs[] = [];
      const callbacks: lenet5.Callback[] = [{ onBatches: (more) => void batches.push(...more) }];
      const { history } = await made.fit(points, { ...quiet, epochs: 2, shuffle: false, callbacks });
      return { batches, history };
    };
    const { batches, history } = await told(1);
    expect(batches.map(({ epoch, iteration }) => [epoch, iteration])).toEqual(
      Array.from({ length: 10 }, (_, i) => [i < 5 ? 1 : 2, i]),
    );
    const mean = batches.slice(0, 5).reduce((sum, { logs }) => sum + logs.loss! / 5, 0);
    expect(mean).toBeCloseTo(history.loss![0]!, 10);
    expect((await told(3)).batches).toEqual(batches);
    // One batch of its own, whose gradient can be looked at.
    const made = network(0);
    made.compile({ optimizer: gradientLook, loss: "sparse_categorical_crossentropy" });
    await made.fit(part(0, 8), { ...quiet, shuffle: false });
    const squares = [...gradientsSeen(made).values()]
      .flatMap((values) => [...values])
      .reduce((sum, g) => sum + g * g, 0);
    expect(batches[0]!.gradientNorm).toBeCloseTo(Math.sqrt(squares), 6);
  });

  it("callbacks are called in order, after each batch too", async () => {
    const told: string[] = [];
    await network().fit(points, {
      ...quiet,
      epochs: 2,
      callbacks: [
        {
          onTrainBegin: () => void told.push("begin"),
          onEpochBegin: (epoch) => void told.push(`epoch ${epoch}`),
          onBatchEnd: (batch, logs) => void told.push(`batch ${batch} ${Object.keys(logs)}`),
          onEpochEnd: async (_, logs) => void told.push(`end ${Number.isFinite(logs.loss)}`),
          onTrainEnd: () => void told.push("done"),
        },
      ],
    });
    const epoch = (n: number) => [`epoch ${n}`, ...[0, 1, 2, 3, 4].map((b) => `batch ${b} loss,accuracy`), "end true"];
    expect(told).toEqual(["begin", ...epoch(1), ...epoch(2), "done"]);
  });

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

  it("earlyStopping never ends the first epoch, and takes its weights for want of better", async () => {
    const made = network();
    made.setWeights({ "end/bias": [Number.NaN, 0, 0] });
    const callback = lenet5.earlyStopping({ monitor: "loss", restoreBestWeights: true });
    const history = await made.fit(points, { ...quiet, epochs: 5, callbacks: [callback] });
    expect(history.epochs).toEqual([1, 2]);
  });

  it("reduceLROnPlateau and learningRateScheduler set the rate that the next epoch uses", async () => {
    const plateau = lenet5.reduceLROnPlateau({ monitor: "loss", mode: "max", factor: 0.5, patience: 1 });
    const made = network();
    const { history } = await made.fit(points, { ...quiet, epochs: 4, callbacks: [plateau] });
    expect(history.learning_rate).toEqual([1e-3, 1e-3, 5e-4, 2.5e-4]);
    const scheduled = lenet5.learningRateScheduler((epoch) => 1 / epoch);
    expect(
      (await network().fit(points, { ...quiet, epochs: 3, callbacks: [scheduled] })).history.learning_rate,
    ).toEqual([1, 1 / 2, 1 / 3]);
  });

  it("terminateOnNaN ends it when the loss is no number", async () => {
    const made = network();
    made.setWeights({ "end/bias": [Number.NaN, 0, 0] });
    const history = await made.fit(points, { ...quiet, epochs: 5, callbacks: [lenet5.terminateOnNaN()] });
    expect(history.stopped).toMatch(/the loss became NaN/);
    expect(history.epochs).toEqual([1]);
    expect((await made.evaluate(points)).accuracy).toBe(0);
  });

  it("modelCheckpoint with saveBestOnly keeps the best epoch's model, without it every epoch's", async () => {
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
    const bytes = (name: string) => readFile(join(folder, name));
    expect(await bytes("best")).toEqual(await bytes("epoch-1"));
    expect(await bytes("last")).toEqual(await bytes("epoch-3"));
    expect(await bytes("epoch-2")).not.toEqual(await bytes("epoch-1"));
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

  it("schedules give each batch its rate", async () => {
    const schedule = lenet5.stepDecay({ learningRate: 1, every: 5, factor: 0.5 });
    const made = network();
    made.compile({ optimizer: sgd({ learningRate: schedule }), loss: "sparse_categorical_crossentropy" });
    // Five batches an epoch: the rate of an epoch's last batch.
    expect((await made.fit(points, { ...quiet, epochs: 3 })).history.learning_rate).toEqual([1, 0.5, 0.25]);
  });

  it("the main thread is free while it goes on", async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    const made = lenet5.lenet5({ threads: 2 });
    made.compile({ loss: "sparse_categorical_crossentropy" });
    const images = { shape: [4000, 32, 32, 1], data: new Uint8Array(4000 * 1024) };
    const began = performance.now();
    await made.fit({ images, labels: new Uint8Array(4000) }, { batchSize: 128, verbose: 0 });
    clearInterval(timer);
    expect(ticks).toBeGreaterThan((performance.now() - began) / 5 / 4);
  });
});

it.each<[string, () => unknown, RegExp]>([
  [
    "an option that is none",
    () => network().fit(points, { epoch: 5 } as never),
    /^fit: expected options "epochs", .* got "epoch"$/,
  ],
  [
    "data that are none",
    () => network().fit(null as never),
    /^data: expected \{ images, labels \} or an iterable .* got null$/,
  ],
  [
    "images without a shape",
    () => network().predict([1, 2] as never),
    /^images: expected a tensor .* got an array \[1,2\]$/,
  ],
  [
    "labels that are none",
    () => network().fit({ images: points.images, labels: "abc" as never }),
    /^labels: expected numbers .* got "abc"$/,
  ],
  [
    "nested targets",
    () => network().fit({ images: part(0, 1).images, labels: [[1, 0, 0]] as never }),
    /use "categorical_crossentropy"/,
  ],
  [
    "a scale that is no number",
    () => network().predict({ ...points.images, scale: Number.NaN }),
    /^images: expected a finite scale, got NaN$/,
  ],
  [
    "a controller for a signal",
    () => network().fit(points, { signal: new AbortController() as never }),
    /^fit signal: expected an AbortSignal/,
  ],
  [
    "a shuffle that is none",
    () => network().fit(points, { shuffle: "twice" as never }),
    /^fit shuffle: expected true, false or "once", got "twice"$/,
  ],
  [
    "a verbosity that is none",
    () => network().fit(points, { verbose: 3 as never }),
    /^fit verbose: expected 0, 1 or 2, got 3$/,
  ],
  [
    "a callback for a list",
    () => network().fit(points, { callbacks: lenet5.terminateOnNaN() as never }),
    /^fit callbacks: expected a list of callbacks/,
  ],
  [
    "half an epoch",
    () => network().fit(points, { epochs: 0.5 }),
    /^fit epochs: expected a whole number of at least 0, got 0.5$/,
  ],
  [
    "validation data twice",
    () => network().fit(points, { validationSplit: 0.1, validationData: points }),
    /^fit: expected validationData or validationSplit, got both$/,
  ],
  [
    "an option of evaluate in quotes",
    () => network().evaluate(points, { predictions: "yes" as never }),
    /^evaluate predictions: expected true or false, got "yes"$/,
  ],
  ["stepsPerEpoch for images in memory", () => network().fit(points, { stepsPerEpoch: 2 }), /^fit stepsPerEpoch: /],
  [
    "batchSize for a stream",
    () => network().fit([part(0, 8)], { batchSize: 8 }),
    /^fit batchSize: expected images in memory/,
  ],
])("complains of %s in one line", async (_, work, message) => {
  await expect(work()).rejects.toThrow(message);
  await expect(work()).rejects.toThrow(lenet5.InputError);
});

it.each<[string, () => unknown, RegExp]>([
  [
    "a learning rate in quotes",
    () => lenet5.adam({ learningRate: "0.001" as never }),
    /^adam learningRate: expected a number or a schedule .* got "0.001"$/,
  ],
  [
    "a schedule of another kind",
    () => lenet5.adam({ learningRate: { type: "triangular" } as never }),
    /^adam learningRate type: expected "constant", .* got "triangular"$/,
  ],
  [
    "an unknown optimizer",
    () => network().compile({ optimizer: "adagrad" as never, loss: "mean_squared_error" }),
    /^compile optimizer type: expected "adam", .* got "adagrad"$/,
  ],
  [
    "an optimizer whose options were changed by hand",
    () => network().compile({ optimizer: { ...lenet5.sgd(), momentum: 2 }, loss: "mean_squared_error" }),
    /^sgd momentum: expected a finite number from 0 to 1, got 2$/,
  ],
  [
    "an unknown metric",
    () => network().compile({ loss: "mean_squared_error", metrics: ["top_0_accuracy"] }),
    /^compile metrics: expected "accuracy" or "top_<k>_accuracy" .* got "top_0_accuracy"$/,
  ],
  ["a beta of 1", () => lenet5.adam({ beta1: 1 }), /^adam beta1: expected a number in \[0, 1\), got 1$/],
  ["a misspelt option", () => lenet5.sgd({ lr: 1 } as never), /^sgd: expected options .* got "lr"$/],
  [
    "a number for options",
    () => lenet5.sgd(0.1 as never),
    /^sgd: expected options such as \{ learningRate: ... \}, got 0.1$/,
  ],
  [
    "an optimizer not called",
    () => network().compile({ optimizer: lenet5.adam as never, loss: "mean_squared_error" }),
    /got a function$/,
  ],
  [
    "a layer for its tensor",
    () => dense({ units: 1 })(dense({ units: 1 }) as never),
    /got a layer: call it with its inputs first$/,
  ],
  [
    "no kernelSize",
    () => lenet5.conv2d({ filters: 6 } as never),
    /^\[conv2d\] kernelSize: expected a number or \[rows, columns\], got undefined$/,
  ],
  [
    "no options",
    () => lenet5.dropout(undefined as never),
    /^\[dropout\]: expected options such as \{ rate: ... \}, got undefined$/,
  ],
  [
    "connections that are no lists",
    () => lenet5.conv2d({ filters: 2, kernelSize: 1, connectionTable: [0, 1] as never }),
    /expected a list of input channels for each filter/,
  ],
  [
    "threads by the thousand",
    () => lenet5.lenet5({ threads: 1e8 }),
    /^lenet5 threads: expected a whole number from 1 to 64, got 100000000$/,
  ],
  [
    "accuracy of a single score",
    () => single().compile({ loss: "mean_squared_error", metrics: ["accuracy"] }),
    /at least two scores/,
  ],
  ["the name that files use", () => dense({ units: 1, name: "optimizer" }), /not "optimizer", got "optimizer"$/],
])("complains of %s in one line", (_, work, message) => {
  expect(work).toThrow(message);
  expect(work).toThrow(lenet5.InputError);
});

function single(): lenet5.Model {
  const x = input({ shape: [2] });
  return model({ inputs: x, outputs: dense({ units: 1 })(x) });
}

describe("evaluate and predict", () => {
  it("a dropout used twice draws twice", async () => {
    const x = input({ shape: [1000] });
    const shared = lenet5.dropout({ rate: 0.5 });
    const difference = lenet5.add()([shared(x), lenet5.rescaling({ scale: -1 })(shared(x))]);
    const made = model({ inputs: x, outputs: dense({ units: 2, useBias: false })(difference) });
    made.compile({ optimizer: sgd({ learningRate: 0 }), loss: "mean_squared_error" });
    const ones = { shape: [4, 1000], data: new Float32Array(4000).fill(1) };
    const { history } = await made.fit({ images: ones, labels: new Float32Array(8) }, { verbose: 0 });
    expect(history.loss![0]).toBeGreaterThan(0);
  });

  it("evaluate counts predictions by true class: the confusion matrix", async () => {
    const x = input({ shape: [3] });
    const made = model({
      inputs: x,
      outputs: dense({ units: 3, activation: "softmax", useBias: false, name: "end" })(x),
    });
    made.setWeights({ "end/kernel": [9, 0, 0, 0, 9, 0, 0, 0, 9] });
    made.compile({ loss: "sparse_categorical_crossentropy", metrics: ["accuracy", "top_2_accuracy"] });
    // Answers 0, 0, 1, 1, 1; class 2 is never answered.
    const images = { shape: [5, 3], data: Float32Array.of(1, 0.5, 0, 1, 0, 0.5, 0, 1, 0, 0, 1, 0.5, 0.5, 1, 0) };
    const result = await made.evaluate(
      { images, labels: [0, 1, 1, 2, 0] },
      { confusionMatrix: true, classNames: ["a", "b", "c"] },
    );
    expect(result.accuracy).toBe(0.4);
    expect(result.top_2_accuracy).toBe(0.8);
    expect(result.confusionMatrix).toEqual([
      [1, 1, 0],
      [1, 1, 0],
      [0, 1, 0],
    ]);
    expect(result.perClass).toEqual([
      { name: "a", precision: 1 / 2, recall: 1 / 2, f1: 1 / 2, support: 2 },
      { name: "b", precision: 1 / 3, recall: 1 / 2, f1: 2 / 5, support: 2 },
      { name: "c", precision: null, recall: 0, f1: 0, support: 1 },
    ]);
  });

  it("predict takes one image without a batch axis, and none at all", async () => {
    const made = network();
    const all = await made.predict(points.images);
    const one = await made.predict({ shape: [6], data: points.images.data.slice(0, 6) });
    expect(one.shape).toEqual([1, 3]);
    expect(one.data).toEqual(all.data.slice(0, 3));
    expect((await made.predict({ shape: [0, 6], data: new Float32Array(0) })).shape).toEqual([0, 3]);
  });

  it("several calls at once predict each its own image", async () => {
    const made = network();
    const all = await made.predict(points.images);
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        made.predict({ shape: [1, 6], data: points.images.data.slice(i * 6, i * 6 + 6) }),
      ),
    );
    expect(answers.flatMap(({ data }) => [...data])).toEqual([...all.data]);
  });
});

it("a stream's batches that lie in shared memory stay as they were", async () => {
  const batch = (value: number) => {
    const data = new Uint8Array(new SharedArrayBuffer(4 * 1024)).fill(value);
    return { images: { shape: [4, 32, 32, 1], data, scale: 1 / 255 }, labels: Uint8Array.of(0, 1, 2, 3) };
  };
  const batches = [batch(1), batch(2), batch(3)];
  const net = lenet5.lenet5({ seed: 1, threads: 1 });
  net.compile({ loss: "sparse_categorical_crossentropy" });
  await net.fit(batches, { verbose: 0, epochs: 2 });
  expect(batches.map(({ images }) => images.data[7])).toEqual([1, 2, 3]);
});
