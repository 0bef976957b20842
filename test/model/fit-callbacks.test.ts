/** The callbacks of `fit`: their arguments, their effects, and the end of training. */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { noise } from "../engine/as-oracle.ts";

const { dense, input, model, sgd } = lenet5;
type Callback = lenet5.Callback;

const data = { images: noise([22, 4], 7), labels: Int32Array.from({ length: 22 }, (_, i) => (i * 5) % 3) };
/** Five batches of four images and one of two. */
const quiet = { verbose: 0, batchSize: 4, shuffle: false } as const;

function network(learningRate: number | lenet5.Schedule = 0.1): lenet5.Model {
  const x = input({ shape: [4] });
  const made = model({
    inputs: x,
    outputs: dense({ units: 3, activation: "softmax", name: "end" })(x),
    seed: 2,
    threads: 1,
  });
  made.compile({
    optimizer: sgd({ learningRate }),
    loss: "sparse_categorical_crossentropy",
    metrics: ["accuracy"],
  });
  return made;
}

const weightsOf = (made: lenet5.Model) => [...made.weights].map(([name, { data: values }]) => [name, [...values]]);
const failing = (message: string) => () => {
  throw new Error(message);
};

describe("the numbers that callbacks receive", () => {
  it("are those of each batch in onBatches, and means over the epoch so far in onProgress and onBatchEnd", async () => {
    const own: lenet5.BatchLogs[] = [];
    const after: lenet5.Logs[] = [];
    const progress: [number, lenet5.Logs][] = [];
    const watching: Callback = {
      onBatches: (batches) => void own.push(...batches),
      onProgress: (batches, logs) => void progress.push([batches, logs]),
      onBatchEnd: (batch, logs) => {
        expect(batch).toBe(after.length % 6);
        after.push(logs);
      },
    };
    const { history } = await network().fit(data, { ...quiet, epochs: 2, callbacks: [watching] });
    expect(own.map(({ epoch, iteration }) => [epoch, iteration])).toEqual(
      Array.from({ length: 12 }, (_, i) => [i < 6 ? 1 : 2, i]),
    );
    for (const name of ["loss", "accuracy"] as const) {
      let [sum, images] = [0, 0];
      for (const [i, { logs }] of own.entries()) {
        if (i === 6) [sum, images] = [0, 0];
        const size = i % 6 === 5 ? 2 : 4;
        sum += logs[name]! * size;
        images += size;
        expect(after[i]![name]).toBeCloseTo(sum / images, 6);
      }
      expect(after[5]![name]).toBe(history[name]![0]);
      expect(after[11]![name]).toBe(history[name]![1]);
    }
    expect(progress).toEqual(after.map((logs, i) => [(i % 6) + 1, logs]));
  });

  it("have the learning rate of each batch by the schedule, and for the epoch that of its last batch", async () => {
    const rates: number[] = [];
    const next: number[] = [];
    const callbacks: Callback[] = [
      {
        onBatches: (batches) => void rates.push(...batches.map((batch) => batch.learningRate)),
        onEpochEnd: (_, __, context) => void next.push(context.learningRate),
      },
    ];
    const made = network(lenet5.stepDecay({ learningRate: 1, every: 4, factor: 0.5 }));
    const { history } = await made.fit(data, { ...quiet, epochs: 2, callbacks });
    expect(rates).toEqual([1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25]);
    expect(history.learning_rate).toEqual([0.5, 0.25]);
    // Between batches, the context has the rate of the next one.
    expect(next).toEqual([0.5, 0.125]);
  });

  it("have seconds and images per second that fit the number of images", async () => {
    const { history } = await network().fit(data, { ...quiet, epochs: 2, validationSplit: 0.5 });
    for (const epoch of [0, 1]) {
      expect(history.seconds![epoch]).toBeGreaterThan(0);
      expect(history.seconds![epoch]).toBeLessThan(60);
      expect(history.seconds![epoch]! * history.images_per_second![epoch]!).toBeCloseTo(11, 6);
    }
  });

  it("come after every batch also when another callback has no such hook", async () => {
    const seen: number[] = [];
    const callbacks: Callback[] = [{ onBatchEnd: (batch) => void seen.push(batch) }, { onEpochEnd() {} }];
    await network().fit(data, { ...quiet, callbacks });
    expect(seen).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("include the number of epochs and steps from the start", async () => {
    const seen: unknown[] = [];
    const callbacks: Callback[] = [
      { onTrainBegin: (context) => void seen.push(context.epochs, context.stepsPerEpoch) },
    ];
    await network().fit(data, { ...quiet, epochs: 3, initialEpoch: 2, callbacks });
    expect(seen).toEqual([3, 6]);
  });
});

describe("changes by callbacks", () => {
  it("a new learning rate applies from the next batch on, and replaces the schedule", async () => {
    const rates: number[] = [];
    const changing: Callback = {
      onBatches: (batches) => void rates.push(...batches.map((batch) => batch.learningRate)),
      onBatchEnd(batch, _, context) {
        if (batch === 1) context.learningRate = 0.25;
      },
    };
    const made = network(lenet5.stepDecay({ learningRate: 1, every: 2, factor: 0.5 }));
    await made.fit(data, { ...quiet, callbacks: [changing] });
    expect(rates).toEqual([1, 1, 0.25, 0.25, 0.25, 0.25]);
    expect(made.training!.optimizer.learningRate).toEqual(lenet5.constant(0.25));
  });

  it.each(["onTrainBegin", "onEpochBegin", "onBatchEnd", "onEpochEnd", "onTrainEnd"] as const)(
    "weights that are set in %s are those that training goes on with, and predictions see them",
    async (hook) => {
      const kernel = Float32Array.from({ length: 12 }, (_, i) => i / 8);
      const made = network(0);
      const point = { shape: [1, 4], data: Float32Array.of(1, 0, 0, 0) };
      const three = { shape: [3, 4], data: Float32Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0) };
      const before = await made.predict(three);
      await made.predict(point);
      const set = (...given: unknown[]) => {
        const context = given.at(-1) as lenet5.TrainingContext;
        context.setWeights(
          new Map([
            ["end/kernel", kernel],
            ["other/kernel", kernel],
          ]),
        );
      };
      await made.fit(data, { ...quiet, callbacks: [{ [hook]: set }] });
      expect(made.weights.get("end/kernel")!.data).toEqual(kernel);
      const after = await made.predict(three);
      expect(after.data).not.toEqual(before.data);
      expect((await made.predict(point)).data).toEqual(after.data.slice(0, 3));
    },
  );

  it("changing the arrays of getWeights does not change the model", async () => {
    const made = network(0);
    const before = weightsOf(made);
    const spoiling: Callback = {
      onEpochEnd: (_, __, context) => {
        for (const values of context.getWeights().values()) values.fill(7);
      },
    };
    await made.fit(data, { ...quiet, callbacks: [spoiling] });
    expect(weightsOf(made)).toEqual(before);
  });

  it("a file saved in onBatches includes all batches so far, and saving does not affect training", async () => {
    const folder = await mkdtemp(join(tmpdir(), "lenet5-"));
    const [made, plain] = [network(), network()];
    const files: [batches: number, path: string][] = [];
    const saving: Callback = {
      async onProgress(batches, _, context) {
        const path = join(folder, `${batches}`);
        await context.save(path);
        files.push([batches, path]);
      },
    };
    await made.fit(data, { ...quiet, callbacks: [saving] });
    await plain.fit(data, quiet);
    expect(made.toBytes()).toEqual(plain.toBytes());
    for (const [batches, path] of files) {
      const [loaded, part] = [await lenet5.loadModel(path), network()];
      const count = Math.min(22, batches * 4);
      const first = { images: { shape: [count, 4], data: data.images.data.slice(0, count * 4) } };
      await part.fit({ ...first, labels: data.labels.slice(0, count) }, quiet);
      expect(loaded.training!.iterations).toBe(batches);
      expect(weightsOf(loaded)).toEqual(weightsOf(part));
      expect(loaded.training!.memory).toEqual(part.training!.memory);
    }
    expect(files.at(-1)![0]).toBe(6);
  });
});

describe("the end of training", () => {
  it("by a callback has the first reason given, and the epoch still ends with validation", async () => {
    const told: string[] = [];
    const stopping: Callback = {
      onBatchEnd(batch, _, context) {
        told.push(`batch ${batch}`);
        if (batch === 1) context.stop("enough");
      },
      onEpochEnd(epoch, logs, context) {
        told.push(`epoch ${epoch} ${"val_loss" in logs}`);
        context.stop("more than enough");
      },
      onTrainEnd: () => void told.push("end"),
    };
    const history = await network().fit(data, { ...quiet, epochs: 5, callbacks: [stopping], validationData: data });
    expect(told).toEqual(["batch 0", "batch 1", "epoch 1 true", "end"]);
    expect(history.stopped).toBe("enough");
    expect(history.epochs).toEqual([1]);
  });

  it('by a callback without a reason has the reason "stopped by a callback"', async () => {
    const callbacks: Callback[] = [{ onTrainBegin: (context) => context.stop() }];
    const made = network();
    const before = weightsOf(made);
    const history = await made.fit(data, { ...quiet, callbacks });
    expect(history.stopped).toBe("stopped by a callback");
    expect(history.epochs).toEqual([]);
    expect(weightsOf(made)).toEqual(before);
  });

  it("after the last epoch has no reason", async () => {
    expect(await network().fit(data, quiet)).not.toHaveProperty("stopped");
  });

  it("by an abort leaves the unfinished epoch out of the history", async () => {
    const told: string[] = [];
    const stop = new AbortController();
    const aborting: Callback = {
      onBatchEnd(batch) {
        told.push(`batch ${batch}`);
        if (told.length === 8) stop.abort();
      },
      onEpochEnd: (epoch) => void told.push(`epoch ${epoch}`),
      onTrainEnd: () => void told.push("end"),
    };
    const options = { ...quiet, epochs: 5, callbacks: [aborting], signal: stop.signal };
    const history = await network().fit(data, options);
    expect(told.slice(6)).toEqual(["epoch 1", "batch 0", "end"]);
    expect(history.epochs).toEqual([1]);
    expect(history.history.loss).toHaveLength(1);
    expect(history.stopped).toBe("aborted");
  });

  it("by a failure calls onTrainEnd only of the callbacks whose onTrainBegin was called", async () => {
    const told: string[] = [];
    const named = (name: string, begin: () => void = () => {}): Callback => ({
      onTrainBegin: () => {
        told.push(`begin ${name}`);
        begin();
      },
      onTrainEnd: () => void told.push(`end ${name}`),
    });
    const callbacks = [named("a"), named("b", failing("b is broken")), named("c")];
    await expect(network().fit(data, { ...quiet, callbacks })).rejects.toThrow("b is broken");
    expect(told).toEqual(["begin a", "begin b", "end a", "end b"]);
  });

  it("calls every onTrainEnd although one fails, then throws the first error", async () => {
    const told: string[] = [];
    const made = network();
    const callbacks: Callback[] = [
      { onTrainEnd: failing("first") },
      { onTrainEnd: () => void told.push("called") },
      { onTrainEnd: failing("second") },
    ];
    await expect(made.fit(data, { ...quiet, callbacks })).rejects.toThrow("first");
    expect(told).toEqual(["called"]);
    await made.fit(data, quiet);
  });

  it("by refused data or options leaves the model ready for the next call", async () => {
    const made = network();
    await expect(made.fit({ ...data, labels: [1] }, quiet)).rejects.toThrow(/^labels: /);
    await expect(made.fit(data, { ...quiet, epochs: -1 })).rejects.toThrow(/^fit epochs: /);
    expect((await made.fit(data, quiet)).epochs).toEqual([1]);
  });
});

describe("an option of fit is refused with a one-line error", () => {
  it.each<[keyof lenet5.FitOptions, unknown, string]>([
    ["epochs", -1, "expected a whole number of at least 0, got -1"],
    ["initialEpoch", 0.5, "expected a whole number of at least 0, got 0.5"],
    ["batchSize", 0, "expected a whole number of at least 1, got 0"],
    ["stepsPerEpoch", 0, "expected a whole number of at least 1, got 0"],
    ["seed", Number.NaN, "expected a whole number, got NaN"],
    ["validationSplit", -0.1, "expected a number in [0, 1), got -0.1"],
    ["validationSplit", 1, "expected a number in [0, 1), got 1"],
    ["shuffle", 1, 'expected true, false or "once", got 1'],
    ["shuffle", null, 'expected true, false or "once", got null'],
    ["callbacks", [null], "expected a list of callbacks"],
    ["callbacks", [lenet5.stepRecorder], "expected a list of callbacks"],
    ["callbacks", {}, "expected a list of callbacks"],
    ["signal", {}, "expected an AbortSignal"],
    ["validationData", 5, "expected an object, got 5"],
    ["validationData", null, "expected an object, got null"],
    ["classWeight", "equal", 'expected "balanced", got "equal"'],
    ["verbose", "yes", 'expected 0, 1, 2, true, false or "auto", got "yes"'],
  ])("%s: %j", async (name, value, message) => {
    const call = network().fit(data, { ...quiet, [name]: value });
    await expect(call).rejects.toThrow(`fit ${name}: ${message}`);
    await expect(call).rejects.toThrow(lenet5.InputError);
  });

  it("validationData of another shape, before any training", async () => {
    const made = network();
    const before = weightsOf(made);
    const validationData = { images: noise([2, 5], 1), labels: [0, 1] };
    await expect(made.fit(data, { ...quiet, validationData })).rejects.toThrow("images: expected [N, 4], got [2, 5]");
    expect(weightsOf(made)).toEqual(before);
  });
});
