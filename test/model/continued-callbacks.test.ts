/** Callbacks of a training that continues behave as if it had never stopped. */
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { checkContinues, type Training, trained } from "./continuing.ts";
import { data, network, options, stream } from "./small-training.ts";

const { backupAndRestore, earlyStopping, loadModel, modelCheckpoint, stepRecorder, weightRecorder } = lenet5;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lenet5-"));
});
afterAll(() => rm(folder, { recursive: true }));

const training: Training = { make: network, data, options };

describe("callbacks with a memory", () => {
  // No epoch is an improvement, so that each one counts.
  const watched = { monitor: "loss", minDelta: 10 };
  const callbacks = () => [
    lenet5.reduceLROnPlateau({ ...watched, patience: 2, cooldown: 1, factor: 0.7 }),
    lenet5.learningRateScheduler((_, rate) => rate * 0.9),
    earlyStopping({ ...watched, patience: 4, restoreBestWeights: true }),
  ];
  it.each([
    ["before the one that saves", false],
    ["after the one that saves", true],
  ])("%s", async (_, savesFirst) => {
    const given: Training = { ...training, epochs: 9, callbacks, savesFirst };
    const { epochs } = await trained(network(), given);
    expect([...epochs.keys()]).toEqual([1, 2, 3, 4, 5]);
    await checkContinues(given);
  });

  it.each([
    ["before", false],
    ["after", true],
  ])("recorders %s the one that saves record the same numbers", async (_, savesFirst) => {
    const recorded = async (model: lenet5.Model, initialEpoch?: number, saver: lenet5.Callback[] = []) => {
      const recorders = [stepRecorder({ maxEntries: 6 }), weightRecorder()] as const;
      await trained(model, { ...training, savesFirst, callbacks: () => recorders }, { initialEpoch, callbacks: saver });
      return [recorders[0].steps, recorders[1].histograms];
    };
    const straight = await recorded(network());
    const files: Uint8Array[] = [];
    const saver: lenet5.Callback = {
      async onBatches(_, context) {
        await context.currentWeights();
        files.push(context.model.toBytes());
      },
    };
    expect(await recorded(network(), undefined, [saver])).toEqual(straight);
    for (const i of [0, 3, 4, 7]) {
      const model = await loadModel(files[i]!);
      expect(await recorded(model, model.training!.position!.epoch - 1), `file ${i}`).toEqual(straight);
    }
  });

  it("an own one gets back what it remembered, told apart by order from others of its name", async () => {
    const counter = (count: number): lenet5.Callback & { seen: number } => {
      const own = {
        seen: 0,
        memory: {
          name: "counter",
          get: () => ({ json: { seen: own.seen, odd: [Number.NaN, Number.NEGATIVE_INFINITY] } }),
          set({ json }: lenet5.Remembered) {
            expect(json).toEqual({ seen: own.seen + count, odd: [Number.NaN, Number.NEGATIVE_INFINITY] });
            own.seen = (json as { seen: number }).seen;
          },
        },
        onEpochEnd() {
          own.seen += count;
        },
      };
      return own;
    };
    const files: Uint8Array[] = [];
    const saver: lenet5.Callback = { onEpochEnd: (_, __, { model }) => void files.push(model.toBytes()) };
    await network().fit(data, { ...options, verbose: 0, callbacks: [counter(1), counter(10), saver] });
    const [one, ten] = [counter(1), counter(10)];
    await (await loadModel(files[0]!)).fit(data, {
      ...options,
      verbose: 0,
      initialEpoch: 1,
      epochs: 2,
      callbacks: [one, ten],
    });
    expect([one.seen, ten.seen]).toEqual([2, 20]);
  });

  it("a memory without a function is refused", async () => {
    const callbacks = [{ onEpochEnd() {}, memory: { name: "own", get: () => ({ json: 1 }) } } as never];
    await expect(network().fit(data, { callbacks })).rejects.toThrow(
      "fit callbacks[0] memory: expected { name, get, set }, a text and two functions, got something else",
    );
  });
});

describe("modelCheckpoint with saveFreq", () => {
  it("writes after so many batches over all epochs, and each file continues", async () => {
    const straight = await trained(network(), training);
    const path = join(folder, "{epoch}-{batch}.safetensors");
    const own: Training = { ...training, callbacks: () => [modelCheckpoint({ path, saveFreq: 4 })] };
    await trained(network(), own);
    // An epoch has 5 batches.
    const names = ["1-4", "2-3", "3-2"].map((name) => `${name}.safetensors`);
    expect((await readdir(folder)).filter((name) => name.endsWith(".safetensors")).sort()).toEqual(names);
    for (const [i, name] of names.entries()) {
      const model = await loadModel(join(folder, name));
      expect(model.training!.iterations).toBe(4 * (i + 1));
      expect((await trained(model, own, { initialEpoch: i })).file).toEqual(straight.file);
    }
  });

  it("writes the best only, by the means over the epoch so far", async () => {
    const path = join(folder, "best-{epoch}-{batch}");
    const best = modelCheckpoint({ path, saveFreq: 2, saveBestOnly: true, monitor: "loss", minDelta: 10 });
    await network().fit(data, { ...options, epochs: 2, verbose: 0, callbacks: [best] });
    expect((await readdir(folder)).filter((name) => name.startsWith("best"))).toEqual(["best-1-2"]);
    const other = modelCheckpoint({ path, saveFreq: 2, saveBestOnly: true });
    await expect(network().fit(data, { ...options, verbose: 0, callbacks: [other] })).rejects.toThrow(
      'modelCheckpoint: expected monitor "loss" or "accuracy", got "val_loss": is there validation data?',
    );
  });

  it.each([0, 1.5, "batch", Number.NaN, "4"])("refuses %j", (saveFreq) => {
    expect(() => modelCheckpoint({ path: "a.safetensors", saveFreq: saveFreq as never })).toThrow(
      /^modelCheckpoint saveFreq: expected "epoch" or a whole number of batches of at least 1, got /,
    );
  });
});

describe("backupAndRestore", () => {
  /** Ends the training as a failure after some batches of this call. */
  const failing = (after: number): lenet5.Callback => {
    let first: number | undefined;
    return {
      onEpochBegin(_, { iterations }) {
        first ??= iterations;
      },
      onProgress(_, __, { iterations }) {
        if (iterations - first! >= after) throw new Error("no power");
      },
    };
  };

  it.each<[string, Training["data"], lenet5.FitOptions]>([
    ["images in memory", data, options],
    ["a stream", stream, { seed: 7 }],
    ["a stream whose epochs are parts of it", stream, { seed: 7, stepsPerEpoch: 3 }],
  ])("goes on by itself as often as training fails, and ends with the same bits: %s", async (_, given, more) => {
    const path = join(folder, "backup.safetensors");
    const watched = { monitor: "loss", minDelta: 10, patience: 3, restoreBestWeights: true };
    const own: Training = { ...training, data: given, options: more, epochs: 6 };
    const straight = await trained(network(), { ...own, callbacks: () => [earlyStopping(watched)] });
    expect(straight.epochs.size).toBe(4);
    const epochs = new Map<number, unknown>();
    const callbacks = (after: number) => () => [
      { onEpochEnd: (epoch: number, { loss }: lenet5.Logs) => void epochs.set(epoch, loss) },
      backupAndRestore({ path, saveFreq: 2 }),
      earlyStopping(watched),
      failing(after),
    ];
    for (const after of [1, 3, 3]) {
      await expect(trained(network(), { ...own, callbacks: callbacks(after) })).rejects.toThrow("no power");
      if (after > 1) expect(existsSync(path)).toBe(true);
    }
    const end = await trained(network(), { ...own, callbacks: callbacks(1000) });
    expect(end.file).toEqual(straight.file);
    expect([...epochs]).toEqual([...straight.epochs].map(([epoch, { loss }]) => [epoch, loss]));
    expect(existsSync(path)).toBe(false);
  });

  it("stays ended where a callback had ended training, and its epoch has its end", async () => {
    const path = join(folder, "stopped.safetensors");
    const stopping = (): lenet5.Callback => ({
      onBatches([batch], context) {
        if (batch!.iteration >= 6) context.stop("enough");
      },
    });
    const own: Training = { ...training, epochs: 4 };
    const straight = await trained(network(), { ...own, callbacks: () => [stopping(), { onBatchEnd() {} }] });
    const backup = () => backupAndRestore({ path, saveFreq: 1, deleteCheckpoint: false });
    await expect(trained(network(), { ...own, callbacks: () => [stopping(), backup(), failing(7)] })).rejects.toThrow();
    const end = await trained(network(), { ...own, callbacks: () => [stopping(), backup()] });
    expect(end.file).toEqual(straight.file);
    expect(end.epochs.get(2)).toEqual(straight.epochs.get(2));
    const again = await network().fit(data, { ...options, verbose: 0, epochs: 4, callbacks: [backup()] });
    expect(again).toEqual({ epochs: [], history: {}, stopped: "enough" });
  });

  it("keeps the backup after an abort, and writes by time", async () => {
    const path = join(folder, "aborted.safetensors");
    const halt = new AbortController();
    const aborting: lenet5.Callback = { onProgress: (batches) => void (batches >= 3 && halt.abort()) };
    const callbacks = [backupAndRestore({ path, seconds: 1e-9 }), aborting];
    await network().fit(data, { ...options, verbose: 0, callbacks, signal: halt.signal });
    expect((await loadModel(path)).training!.position!.within!.batches).toBeGreaterThan(2);
  });

  const refused: [string, (path: string) => Promise<lenet5.Model>, RegExp][] = [
    [
      "a file that is no backup",
      async (path) => {
        await network().save(path);
        return network();
      },
      /: expected a model file that was saved while fit ran, got another: delete the file to begin anew$/,
    ],
    [
      "no model file at all",
      async (path) => {
        await writeFile(path, "backup");
        return network();
      },
      /: expected at least 8 bytes, got 6/,
    ],
    [
      "another network",
      async () => lenet5.lenet5(),
      /: expected a model with the weights of this one, got another: delete the file to begin anew$/,
    ],
    [
      "other metrics",
      async () => network({ metrics: [] }),
      /: expected the loss and metrics that the model is compiled/,
    ],
    ["another optimizer", async () => network({ optimizer: "sgd" }), /: expected the optimizer that the model is/],
  ];
  it.each(refused)("refuses %s, and changes nothing", async (_, make, message) => {
    const path = join(folder, "other.safetensors");
    const backup = [backupAndRestore({ path }), failing(6)];
    await rm(path, { force: true });
    await expect(network().fit(data, { ...options, verbose: 0, epochs: 2, callbacks: backup })).rejects.toThrow();
    const model = await make(path);
    model.compile({ loss: "sparse_categorical_crossentropy", ...compiledAs(model) });
    const state = async () => structuredClone([[...model.weights], model.training!.memory, await readFile(path)]);
    const before = await state();
    const given = model.name === "lenet5" ? lenet5.digits({ train: 10, test: 1 }).train : data;
    await expect(model.fit(given, { verbose: 0, callbacks: [backupAndRestore({ path })] })).rejects.toThrow(message);
    expect(await state()).toEqual(before);
  });

  /** As it is compiled already, where it is. */
  const compiledAs = ({ training: state }: lenet5.Model): Partial<lenet5.CompileOptions> =>
    state ? { optimizer: state.optimizer, metrics: state.objectives[0]!.metrics } : { metrics: ["accuracy"] };
});
