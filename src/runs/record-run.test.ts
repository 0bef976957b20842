import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import {
  adam,
  type Callback,
  conv2d,
  type Dataset,
  dense,
  digits,
  earlyStopping,
  flatten,
  InputError,
  input,
  type Model,
  maxPooling2d,
  model,
  openRun,
  recordRun,
  sgd,
} from "../index.ts";

const { train, test: testing } = digits({ train: 200, test: 60, seed: 4 });

/** A network of another size than the built-in ones, with colour images of 12x10 pixels. */
const size = [12, 10, 3];
function ownModel(seed = 1): Model {
  const image = input({ shape: size });
  const maps = maxPooling2d()(conv2d({ filters: 4, kernelSize: 3, activation: "relu", name: "maps" })(image));
  const scores = dense({ units: 3, activation: "softmax" })(flatten()(maps));
  const made = model({ inputs: image, outputs: scores, name: "own", seed, threads: 1 });
  made.compile({ optimizer: sgd({ learningRate: 0.05, momentum: 0.9 }), loss: "sparse_categorical_crossentropy" });
  return made;
}

/** Colour images cut out of the digits; three classes. */
function ownData({ images, labels }: Dataset, floats = false): Dataset {
  const bytes = Uint8Array.from({ length: labels.length * 360 }, (_, i) => {
    const [n, pixel, channel] = [Math.floor(i / 360), Math.floor(i / 3) % 120, i % 3];
    return images.data[n * 1024 + (10 + Math.floor(pixel / 10)) * 32 + 11 + (pixel % 10)]! >> channel;
  });
  return {
    images: floats
      ? { shape: [labels.length, ...size], data: Float32Array.from(bytes, (byte) => byte / 255) }
      : { shape: [labels.length, ...size], data: bytes, scale: 1 / 255 },
    labels: Uint8Array.from(labels, (label) => label % 3),
    classNames: ["low", "middle", "high"],
  };
}

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "lenet5-runs-"));
});
afterAll(() => rm(scratch, { recursive: true }));

const allFiles = [
  "config.json",
  "evaluation.json",
  "examples.json",
  "history.csv",
  "history.json",
  "model.safetensors",
  "predictions.json",
  "report.html",
  "steps.json",
  "weights.json",
];

test("one line in fit writes a run of a custom network and data, which openRun opens again", async () => {
  const folder = join(scratch, "own");
  const net = ownModel();
  const own = ownData(testing);
  const recorder = recordRun({ folder, test: own, notes: { Idea: "few maps", Trial: 3 }, extra: { tags: ["a"] } });
  const history = await net.fit(ownData(train), {
    epochs: 3,
    batchSize: 32,
    validationSplit: 0.1,
    verbose: 0,
    callbacks: [recorder],
  });
  expect(await readdir(folder)).toEqual(allFiles);
  const run = await openRun(folder);
  expect(run.config).toMatchObject({
    title: "own",
    command: expect.stringMatching(/^node/),
    notes: { Idea: "few maps", Trial: 3 },
    extra: { tags: ["a"] },
    compiled: {
      optimizer: { type: "sgd", momentum: 0.9 },
      objectives: [{ loss: { type: "sparse_categorical_crossentropy" }, metrics: [] }],
    },
    settings: { epochs: 3, batchSize: 32, shuffle: true, augment: [], seed: 0, validationSplit: 0.1, threads: 1 },
    data: {
      name: "own data",
      classNames: ["low", "middle", "high"],
      trainImages: 180,
      validationImages: 20,
      testImages: 60,
      preparation: null,
    },
  });
  expect(await run.history()).toEqual({ epochs: [1, 2, 3], history: history.history, chosen: 3 });
  const again = await run.model();
  expect((await again.predict(own.images)).data).toEqual((await net.predict(own.images)).data);
  expect(again.training!.iterations).toBe(3 * 6);
  const { loss } = await net.evaluate(own);
  expect(await run.read("evaluation.json")).toMatchObject({ loss, accuracy: expect.any(Number) });
  expect(recorder.results!.evaluation.loss).toBe(loss);
  expect((await run.read("predictions.json"))!.predicted).toHaveLength(60);
  expect((await run.read("examples.json"))!.shape).toEqual(size);
  expect((await run.read("steps.json"))!.iterations).toHaveLength(18);
  expect((await run.read("weights.json"))!.epochs).toEqual([0, 1, 2, 3]);
  const page = await readFile(recorder.report!, "utf8");
  expect(page).toMatch(/<title>own: \d+\.\d\d% on own data<\/title>/);
  for (const text of ["few maps", "momentum 0.9", "middle", "180 images for training", "Worst errors"])
    expect(page).toContain(text);
  expect(page).not.toMatch(/undefined|NaN|\[object/);
  const elsewhere = join(scratch, "page.html");
  expect(await run.report(elsewhere)).toBe(elsewhere);
  expect(await readFile(elsewhere, "utf8")).toBe(page);
});

test("without test images the report shows the validation; floats and streams are recorded too", async () => {
  const folder = join(scratch, "stream");
  const data = ownData(train, true);
  async function* batches() {
    for (let i = 0; i < 4; i++) {
      const images = { shape: [50, ...size], data: data.images.data.slice(i * 50 * 360, (i + 1) * 50 * 360) };
      yield { images: images as typeof data.images, labels: data.labels.slice(i * 50, (i + 1) * 50) };
    }
  }
  const recorder = recordRun({ folder, title: "streamed", data: "cuts" });
  const stream = { [Symbol.asyncIterator]: batches };
  await ownModel().fit(stream, {
    epochs: 2,
    validationData: ownData(testing, true),
    verbose: 0,
    callbacks: [recorder],
  });
  const { config } = await openRun(folder);
  expect(config.settings).toMatchObject({ batchSize: null, shuffle: false });
  expect(config.data).toMatchObject({ trainImages: null, validationImages: 60, testImages: null, classNames: [] });
  expect(recorder.results).toBeUndefined();
  const page = await readFile(recorder.report!, "utf8");
  expect(page).toMatch(/<title>streamed: \d\.\d+ validation loss on cuts<\/title>/);
  expect(await readdir(folder)).not.toContain("evaluation.json");
});

test("a run is continued with initialEpoch, to the bits of a run without a break; else it is refused", async () => {
  const folder = join(scratch, "continued");
  const data = ownData(train);
  const own = ownData(testing);
  const fit = { batchSize: 32, seed: 3, verbose: 0 } as const;
  await ownModel().fit(data, { ...fit, epochs: 2, callbacks: [recordRun({ folder, test: own })] });
  const whole = join(scratch, "whole");
  await ownModel().fit(data, { ...fit, epochs: 4, callbacks: [recordRun({ folder: whole, test: own })] });

  const refused = ownModel().fit(data, { ...fit, epochs: 2, callbacks: [recordRun({ folder })] });
  await expect(refused).rejects.toThrow(/recordRun folder: ".*" holds a run already, of 2 epochs, and fit begins with/);
  await expect(refused).rejects.toBeInstanceOf(InputError);
  const gap = ownModel().fit(data, { ...fit, epochs: 5, initialEpoch: 3, callbacks: [recordRun({ folder })] });
  await expect(gap).rejects.toThrow(/and fit begins with epoch 4/);

  const net = await (await openRun(folder)).model({ threads: 2 });
  await net.fit(data, { ...fit, epochs: 4, initialEpoch: 2, callbacks: [recordRun({ folder, test: own })] });
  const [run, other] = [await openRun(folder), await openRun(whole)];
  expect(await readFile(run.file("model.safetensors"))).toEqual(await readFile(other.file("model.safetensors")));
  for (const file of ["evaluation.json", "predictions.json", "steps.json", "weights.json"] as const)
    expect(await run.read(file)).toEqual(await other.read(file));
  expect((await run.history()).history.loss).toEqual((await other.history()).history.loss);
  expect(run.config.settings).toEqual({ ...other.config.settings, threads: 2 });
  expect(run.config.notices).toEqual([]);

  const changed = await run.model({ threads: 1 });
  await changed.fit(data, { ...fit, batchSize: 20, epochs: 5, initialEpoch: 4, callbacks: [recordRun({ folder })] });
  expect((await openRun(folder)).config.notices).toEqual([
    expect.stringMatching(/^From epoch 5 on, .* other settings/),
  ]);
});

test("weights that earlyStopping restores are those of the run, wherever it stands in the list", async () => {
  for (const place of ["first", "last"]) {
    const folder = join(scratch, `restored-${place}`);
    const recorder = recordRun({ folder, test: ownData(testing) });
    const stopping = earlyStopping({ monitor: "loss", mode: "max", patience: 2, restoreBestWeights: true });
    const callbacks = place === "first" ? [recorder, stopping] : [stopping, recorder];
    const net = ownModel();
    const { stopped } = await net.fit(ownData(train), { epochs: 6, verbose: 0, callbacks });
    expect(stopped).toMatch(/did not improve/);
    const run = await openRun(folder);
    expect(await run.history()).toMatchObject({ epochs: [1, 2, 3], chosen: 1 });
    expect(await readFile(run.file("history.json"), "utf8")).toContain("did not improve");
    const restored = await run.model();
    expect(restored.weights).toEqual(net.weights);
    expect(recorder.results!.evaluation.loss).toBe((await net.evaluate(ownData(testing))).loss);
  }
});

test("a training that diverges ends; the folder keeps the last good model", async () => {
  const folder = join(scratch, "diverged");
  const net = ownModel();
  const breaking: Callback = {
    onEpochEnd(epoch, _, context) {
      if (epoch === 1) context.learningRate = 3e38;
    },
  };
  const recorder = recordRun({ folder, test: ownData(testing) });
  const { stopped } = await net.fit(ownData(train), { epochs: 5, verbose: 0, callbacks: [recorder, breaking] });
  expect(stopped).toMatch(
    /became (NaN|-?Infinity) in batch \d of epoch 2.*; the weights are those of the end of epoch 1$/,
  );
  expect(recorder.diverged).toBe(true);
  const run = await openRun(folder);
  expect((await run.history()).epochs).toEqual([1]);
  for (const { data } of (await run.model()).weights.values()) expect(data.every(Number.isFinite)).toBe(true);
  expect(await run.has("evaluation.json")).toBe(false);
});

test("a training whose divergence a checkpoint is the first to see ends, too", async () => {
  const folder = join(scratch, "diverged-within");
  const images = { shape: [640, 2000], data: Float32Array.from({ length: 640 * 2000 }, (_, i) => (i * 7919) % 1000) };
  const x = input({ shape: [2000] });
  const outputs = dense({ units: 10, activation: "softmax" })(dense({ units: 64 })(x));
  const net = model({ inputs: x, outputs, threads: 1 });
  net.compile({ optimizer: sgd({ learningRate: 1e-9 }), loss: "sparse_categorical_crossentropy" });
  const breaking: Callback = {
    onTrainBegin(context) {
      context.batchesPerCall = 1;
    },
    // Batch 5 has finite numbers, and leaves weights that are not: no other batch shows it before the checkpoint.
    async onBatches(batches, context) {
      const { iteration } = batches.at(-1)!;
      context.learningRate = iteration === 3 ? 3e38 : 1e-9;
      if (iteration === 4) await new Promise((resolve) => setTimeout(resolve, 1000));
    },
  };
  const recorder = recordRun({ folder, checkpointSeconds: 1 });
  const labels = Uint8Array.from({ length: 640 }, (_, i) => i % 10);
  const { stopped } = await net.fit(
    { images, labels },
    { verbose: 0, shuffle: false, callbacks: [breaking, recorder] },
  );
  expect(stopped).toMatch(/became (NaN|-?Infinity) in batch 5 of epoch 1/);
  expect(recorder.diverged).toBe(true);
  for (const { data } of net.weights.values()) expect(data.every(Number.isFinite)).toBe(true);
});

test("after an abort the run can be continued, and nothing is evaluated", async () => {
  const folder = join(scratch, "aborted");
  const controller = new AbortController();
  const aborting: Callback = { onEpochBegin: (epoch) => (epoch === 2 ? controller.abort() : undefined) };
  const callbacks = [recordRun({ folder, test: ownData(testing) }), aborting];
  await ownModel().fit(ownData(train), { epochs: 5, verbose: 0, signal: controller.signal, callbacks });
  const run = await openRun(folder);
  expect((await run.read("history.json"))!.stopped).toBe("aborted");
  expect(await run.has("report.html")).toBe(false);
  expect((await run.model()).training!.iterations).toBe(7);
});

test("a run that is aborted before its first epoch can be continued, and has a history of none", async () => {
  const [whole, folder] = [join(scratch, "begun-whole"), join(scratch, "begun")];
  const fit = { epochs: 2, verbose: 0 } as const;
  await ownModel().fit(ownData(train), { ...fit, callbacks: [recordRun({ folder: whole })] });
  const controller = new AbortController();
  const aborting: Callback = { onTrainBegin: () => controller.abort() };
  const callbacks = [recordRun({ folder }), aborting];
  await ownModel().fit(ownData(train), { ...fit, signal: controller.signal, callbacks });
  expect((await (await openRun(folder)).history()).epochs).toEqual([]);
  const { model: saved, initialEpoch } = await (await openRun(folder)).lastCheckpoint({ threads: 1 });
  await saved.fit(ownData(train), { ...fit, initialEpoch, callbacks: [recordRun({ folder })] });
  const file = "model.safetensors";
  expect((await readFile(join(folder, file))).equals(await readFile(join(whole, file)))).toBe(true);
  await rm(join(folder, file));
  expect((await (await openRun(folder)).history()).epochs).toEqual([1, 2]);
});

test("an aborted training goes on within its epoch, to the bits of one that was not, also with averages", async () => {
  const data = ownData(train);
  const fit = { epochs: 3, batchSize: 4, verbose: 0 } as const;
  const made = () => {
    const net = ownModel();
    const optimizer = adam({ useEma: true, emaMomentum: 0.9 });
    net.compile({ optimizer, loss: "sparse_categorical_crossentropy" });
    return net;
  };
  const [whole, folder] = [join(scratch, "not-aborted"), join(scratch, "aborted-within")];
  await made().fit(data, { ...fit, callbacks: [recordRun({ folder: whole, test: ownData(testing) })] });
  const controller = new AbortController();
  const aborting: Callback = {
    onTrainBegin(context) {
      context.batchesPerCall = 7;
    },
    onBatches: (batches) => (batches.at(-1)!.iteration > 70 ? controller.abort() : undefined),
  };
  const restoring = earlyStopping({ monitor: "loss", patience: 9, restoreBestWeights: true });
  const callbacks = [aborting, restoring, recordRun({ folder, test: ownData(testing) })];
  await made().fit(data, { ...fit, callbacks, signal: controller.signal });
  expect(await readdir(folder)).toContain("checkpoint.safetensors");
  const { model: saved, initialEpoch } = await (await openRun(folder)).lastCheckpoint({ threads: 1 });
  expect(initialEpoch).toBe(1);
  const recorder = recordRun({ folder, test: ownData(testing) });
  await saved.fit(data, { ...fit, initialEpoch, callbacks: [recorder] });
  for (const file of ["model.safetensors", "steps.json", "weights.json", "predictions.json"])
    expect((await readFile(join(folder, file))).equals(await readFile(join(whole, file)))).toBe(true);
  expect(await readdir(folder)).toEqual(allFiles);
});

test("the steps of a run that goes on are those of one without a break, also where entries are joined", async () => {
  const data = ownData(train);
  const fit = { batchSize: 1, validationSplit: 0.005, verbose: 0 } as const;
  const [whole, folder] = [join(scratch, "steps-whole"), join(scratch, "steps")];
  // 199 steps an epoch: in the sixth, entries are joined in pairs. The seventh ends within an entry.
  await ownModel().fit(data, { ...fit, epochs: 8, callbacks: [recordRun({ folder: whole })] });
  await ownModel().fit(data, { ...fit, epochs: 7, callbacks: [recordRun({ folder })] });
  const net = await (await openRun(folder)).model({ threads: 1 });
  await net.fit(data, { ...fit, epochs: 8, initialEpoch: 7, callbacks: [recordRun({ folder })] });
  expect(await readFile(join(folder, "steps.json"), "utf8")).toBe(await readFile(join(whole, "steps.json"), "utf8"));
  expect((await (await openRun(folder)).read("steps.json"))!.every).toBe(2);
});

test("a folder that is deleted during training is made again, whole; one with another run is left alone", async () => {
  const listeners = process.listenerCount("exit");
  const folder = join(scratch, "deleted");
  const test = ownData(testing);
  const deleting = (then = async () => {}): Callback => ({
    async onEpochEnd(epoch) {
      if (epoch !== 1) return;
      await rm(folder, { recursive: true });
      await then();
    },
  });
  await ownModel().fit(ownData(train), { epochs: 2, verbose: 0, callbacks: [recordRun({ folder, test }), deleting()] });
  expect(await readdir(folder)).toEqual(allFiles);
  expect((await (await openRun(folder)).history()).epochs).toEqual([1, 2]);
  expect(process.listenerCount("exit")).toBe(listeners);
  await rm(folder, { recursive: true });
  const other = async () => {
    await ownModel(2).fit(ownData(train), { verbose: 0, callbacks: [recordRun({ folder, title: "other" })] });
  };
  const callbacks = [recordRun({ folder, test }), deleting(other)];
  await expect(ownModel().fit(ownData(train), { epochs: 3, verbose: 0, callbacks })).rejects.toThrow(
    /".*deleted" was deleted during training, and holds another run now/,
  );
  expect((await openRun(folder)).config.title).toBe("other");
  expect(await readdir(folder)).not.toContain("run.lock");
});

test("a folder is locked while it is trained into, and after a failure no longer", async () => {
  const folder = join(scratch, "locked");
  const inUse = /"locked": expected a folder that no other training writes to, got that of process \d+, which began/;
  const failing: Callback = {
    async onEpochEnd() {
      const second = ownModel().fit(ownData(train), { verbose: 0, callbacks: [recordRun({ folder })] });
      await expect(second).rejects.toThrow(new RegExp(inUse.source.replace('"', '"[^"]*')));
      expect((await openRun(folder)).folder).toBe(folder);
    },
    onFitEnd() {
      throw new Error("at the end");
    },
  };
  const first = ownModel().fit(ownData(train), { verbose: 0, callbacks: [failing, recordRun({ folder })] });
  await expect(first).rejects.toThrow("at the end");
  expect(await readdir(folder)).not.toContain("run.lock");
  const { model: saved, initialEpoch } = await (await openRun(folder)).lastCheckpoint();
  await saved.fit(ownData(train), { epochs: 2, initialEpoch, verbose: 0, callbacks: [recordRun({ folder })] });
  expect((await (await openRun(folder)).history()).epochs).toEqual([1, 2]);
});

test("a run that ended between its last epoch and its results gets these, and the same bytes", async () => {
  const [whole, folder] = [join(scratch, "with-results"), join(scratch, "without-results")];
  const fit = { epochs: 2, verbose: 0 } as const;
  const test = ownData(testing);
  await ownModel().fit(ownData(train), { ...fit, callbacks: [recordRun({ folder: whole, test })] });
  const failing: Callback = {
    onFitEnd() {
      throw new Error("at the end");
    },
  };
  const ended = ownModel().fit(ownData(train), { ...fit, callbacks: [failing, recordRun({ folder, test })] });
  await expect(ended).rejects.toThrow("at the end");
  const { model: saved, initialEpoch } = await (await openRun(folder)).lastCheckpoint({ threads: 1 });
  await saved.fit(ownData(train), { ...fit, initialEpoch, callbacks: [recordRun({ folder, test })] });
  expect(await readdir(folder)).toEqual(allFiles);
  for (const file of ["model.safetensors", "steps.json", "weights.json", "predictions.json"])
    expect((await readFile(join(folder, file))).equals(await readFile(join(whole, file)))).toBe(true);
});

test("own functions and class weights are kept by name and number", async () => {
  const folder = join(scratch, "functions");
  function flipped(image: Float32Array) {
    return image.reverse();
  }
  const callbacks = [recordRun({ folder })];
  await ownModel().fit(ownData(train), { augment: flipped, classWeight: { 1: 2 }, verbose: 0, callbacks });
  const { settings } = (await openRun(folder)).config;
  expect(settings).toMatchObject({ augment: ["flipped"], classWeight: { 1: 2 } });
});

test("wrong input is refused before training", async () => {
  expect(() => recordRun({ test: 3 as never })).toThrow(/recordRun test: expected \{ images, labels \}/);
  expect(() => recordRun({ notes: { a: [] } as never })).toThrow(/recordRun notes: expected texts or numbers by name/);
  expect(() => recordRun({ path: "x" } as never)).toThrow(/recordRun: expected options "folder"/);
  const begun = (options: object) => ownModel().fit(ownData(train), { verbose: 0, callbacks: [recordRun(options)] });
  await expect(begun({ folder: join(scratch, "never"), test: testing })).rejects.toThrow(
    /recordRun test: expected images \[N, 12, 10, 3\], as the model takes them, got \[N, 32, 32, 1\]/,
  );
  await expect(readdir(join(scratch, "never"))).rejects.toThrow("ENOENT");
  await expect(openRun(join(scratch, "never"))).rejects.toThrow(/expected the folder of a run, .* no such folder/);
});

test("without a folder: runs/<date-time>", async () => {
  const before = process.cwd();
  process.chdir(scratch);
  try {
    const recorder = recordRun();
    await ownModel().fit(ownData(train), { verbose: 0, callbacks: [recorder] });
    expect(recorder.run!.folder).toMatch(/^runs[\\/]\d{4}-\d\d-\d\d-\d{6}$/);
    expect(await readdir(recorder.run!.folder)).toContain("report.html");
  } finally {
    process.chdir(before);
  }
});

test("in a browser it is refused in one line", async () => {
  vi.resetModules();
  vi.doMock("#platform", async (original) => ({ ...(await original<object>()), hasFolders: () => false }));
  try {
    const library = await import("../index.ts");
    const image = library.input({ shape: [2] });
    const net = library.model({ inputs: image, outputs: library.dense({ units: 2, activation: "softmax" })(image) });
    net.compile({ loss: "sparse_categorical_crossentropy" });
    const data = { images: { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }, labels: [0, 1] };
    const training = net.fit(data, { verbose: 0, callbacks: [library.recordRun()] });
    await expect(training).rejects.toThrow(
      /^recordRun: expected Node, Deno or Bun, got a browser, which has no folders/,
    );
  } finally {
    vi.doUnmock("#platform");
    vi.resetModules();
  }
});
