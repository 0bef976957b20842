/** What looks right to a Keras user and is not: each gets one line that says what to write. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { network, part, points } from "./three-classes.ts";

const { activation, dense, input, model, modelCheckpoint, csvLogger } = lenet5;
const quiet = { verbose: 0, epochs: 1 } as const;

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "lenet5-traps-"));
});
afterAll(() => rm(scratch, { recursive: true }));

/** As plain JavaScript calls it. */
const js = (made: unknown) => made as Record<string, (...given: unknown[]) => Promise<unknown>>;

describe("labels as a second argument", () => {
  it.each(["fit", "evaluate"])("%s(x, y) says how to write it", async (method) => {
    const { images, labels } = points;
    const message = `${method}: expected images and labels in one object, got a tensor: write ${method}({ images: x, labels: y })`;
    await expect(js(network())[method]!(images, labels)).rejects.toThrow(message);
    await expect(js(network())[method]!(images.data, labels)).rejects.toThrow(message);
  });
});

describe("callbacks", () => {
  const refused = (callback: unknown) => network().fit(points, { ...quiet, callbacks: [callback as never] });

  it.each([
    ["on_epoch_end", "onEpochEnd"],
    ["on_train_batch_end", "onBatchEnd"],
    ["onTrainBatchEnd", "onBatchEnd"],
    ["onepochend", "onEpochEnd"],
    ["OnTrainBegin", "onTrainBegin"],
  ])("a hook %s is refused with the right name, %s", async (wrong, right) => {
    await expect(refused({ [wrong]: () => {} })).rejects.toThrow(
      `fit callbacks[0]: expected hooks "onTrainBegin", "onEpochBegin", "onBatchEnd", "onBatches", "onProgress", "onEpochEnd", "onAbort", "onTrainEnd" or "onFitEnd", got "${wrong}": write ${right}`,
    );
  });

  it("a hook that does not exist is refused, also beside one that does", async () => {
    await expect(refused({ onEpochEnd() {}, onTestBegin() {} })).rejects.toThrow(/got "onTestBegin"$/);
  });

  it("a hook that is no function, and an object with no hook, are refused", async () => {
    await expect(refused({ onEpochEnd: "save" })).rejects.toThrow(
      'fit callbacks[0] onEpochEnd: expected a function, got "save"',
    );
    await expect(refused({ epochEnd() {} })).rejects.toThrow(/got a callback with none$/);
  });

  it("classes are callbacks too: their methods and those of their parents are checked and called", async () => {
    const seen: number[] = [];
    class Base {
      onEpochEnd(epoch: number) {
        seen.push(epoch);
      }
    }
    class Own extends Base {
      readonly name = "own";
    }
    class Wrong extends Base {
      on_train_end() {}
    }
    await network().fit(points, { ...quiet, callbacks: [new Own()] });
    expect(seen).toEqual([1]);
    await expect(refused(new Wrong())).rejects.toThrow(/got "on_train_end": write onTrainEnd$/);
  });
});

describe("paths of model files", () => {
  it.each([
    ["x.keras", "x.safetensors"],
    ["a/x.h5", "a/x.safetensors"],
    ["x.weights.h5", "x.safetensors"],
    ["x.onnx", "x.safetensors"],
  ])("%s is refused with what to write", async (path, right) => {
    const message = `expected a path that ends in ".safetensors", the format that is written, got "${path}": write "${right}"`;
    await expect(network().save(path)).rejects.toThrow(`save: ${message}`);
    expect(() => modelCheckpoint({ path })).toThrow(`modelCheckpoint path: ${message}`);
    const callbacks = [{ onEpochEnd: (_: number, __: unknown, context: lenet5.TrainingContext) => context.save(path) }];
    await expect(network().fit(points, { ...quiet, callbacks })).rejects.toThrow(`save: ${message}`);
  });

  it("no path is refused", async () => {
    await expect(js(network()).save!()).rejects.toThrow(
      'save: expected the path of a file, such as "model.safetensors"',
    );
  });
});

describe("numbers in the path of modelCheckpoint", () => {
  /** The paths that two epochs write. */
  async function written(path: string): Promise<string[]> {
    const saved: string[] = [];
    const callback = modelCheckpoint({ path });
    const context = { save: async (to: string) => saved.push(to) } as unknown as lenet5.TrainingContext;
    await callback.onTrainBegin?.(context);
    await callback.onEpochEnd?.(1, { loss: 2.345678, val_accuracy: 0.98765 }, context);
    await callback.onEpochEnd?.(12, { loss: 0.00001234, val_accuracy: 1 }, context);
    return saved;
  }

  // The same as "...".format(epoch=1, loss=2.345678, val_accuracy=0.98765) in Python.
  it.each([
    ["w.{epoch:02d}-{loss:.2f}.safetensors", ["w.01-2.35.safetensors", "w.12-0.00.safetensors"]],
    ["{epoch}", ["1", "12"]],
    ["{epoch:d}-{epoch:4d}-{epoch:04d}", ["1-   1-0001", "12-  12-0012"]],
    ["{loss:f}|{loss:.0f}|{loss:08.3f}", ["2.345678|2|0002.346", "0.000012|0|0000.000"]],
    ["{loss:.1e}|{loss:e}", ["2.3e+00|2.345678e+00", "1.2e-05|1.234000e-05"]],
    ["{val_accuracy:.1%}|{epoch:.1f}", ["98.8%|1.0", "100.0%|12.0"]],
    ["{{epoch}}{epoch}", ["{epoch}1", "{epoch}12"]],
  ])("%s is formatted as in Python", async (path, names) => {
    expect(await written(path)).toEqual(names);
  });

  it("an unknown name is refused with those of the epoch, a whole number where there is none", async () => {
    await expect(written("{val_los:.2f}")).rejects.toThrow(
      'modelCheckpoint path: expected "{epoch}", "{loss}" or "{val_accuracy}", got "{val_los}": is there validation data?',
    );
    await expect(written("{loss:d}")).rejects.toThrow(
      'modelCheckpoint path: expected a whole number for "{loss:d}", got 2.345678: use {loss:.2f}',
    );
  });

  it.each(["{epoch:x}", "{epoch:.2d}", "{}", "{:02d}", "{epoch", "epoch}", "{loss:.2q}", "{loss!r}:{epoch:>4}"])(
    "%s is refused before training",
    (path) => {
      expect(() => modelCheckpoint({ path })).toThrow(/^modelCheckpoint path: expected n/);
    },
  );

  it("writes files of those names", async () => {
    const path = join(scratch, "w.{epoch:02d}-{val_loss:.1f}.safetensors");
    const net = network();
    const { history } = await net.fit(points, {
      ...quiet,
      validationSplit: 0.2,
      callbacks: [modelCheckpoint({ path })],
    });
    const own = join(scratch, `w.01-${history.val_loss![0]!.toFixed(1)}.safetensors`);
    expect((await lenet5.loadModel(own)).weights).toEqual(net.weights);
  });
});

describe("csvLogger", () => {
  const read = (name: string) => readFile(join(scratch, name), "utf8");
  const epochs = (filename: string, options: object, initialEpoch = 0) =>
    network().fit(points, {
      ...quiet,
      initialEpoch,
      epochs: initialEpoch + 2,
      callbacks: [csvLogger({ filename: join(scratch, filename), ...options })],
    });

  it("takes Keras's options: filename, separator, append", async () => {
    await epochs("log.csv", { separator: ";" });
    const first = (await read("log.csv")).trimEnd().split("\n");
    expect(first[0]).toMatch(/^epoch;loss;accuracy;/);
    expect(first).toHaveLength(3);
    await epochs("log.csv", { separator: ";", append: true }, 2);
    const lines = (await read("log.csv")).trimEnd().split("\n");
    expect(lines.slice(0, 3)).toEqual(first);
    expect(lines.map((line) => line.split(";")[0])).toEqual(["epoch", "1", "2", "3", "4"]);
    await epochs("log.csv", { separator: ";" });
    expect((await read("log.csv")).trimEnd().split("\n")).toHaveLength(3);
  });

  it("append starts a file where there is none or an empty one, and refuses one with other columns", async () => {
    await epochs("new.csv", { append: true });
    expect((await read("new.csv")).trimEnd().split("\n")).toHaveLength(3);
    await writeFile(join(scratch, "empty.csv"), "");
    await epochs("empty.csv", { append: true });
    expect((await read("empty.csv")).trimEnd().split("\n")).toHaveLength(3);
    await writeFile(join(scratch, "other.csv"), "epoch,loss\n1,2\n");
    await expect(epochs("other.csv", { append: true })).rejects.toThrow(
      /^csvLogger append: expected a file with a column "accuracy", got ".*other.csv" with epoch,loss: give another/,
    );
    expect(await read("other.csv")).toBe("epoch,loss\n1,2\n");
  });

  it("refuses unknown options and no file", () => {
    expect(() => csvLogger({ filename: "a", appending: true } as never)).toThrow(
      'csvLogger: expected options "filename", "separator" or "append", got "appending"',
    );
    expect(() => csvLogger(undefined as never)).toThrow(
      /^csvLogger: expected options such as \{ filename: ... \}, got/,
    );
    expect(() => csvLogger("")).toThrow('csvLogger filename: expected a text, got ""');
  });
});

it.each([Number.NaN, 0.5, "1", null, Number.POSITIVE_INFINITY, 2 ** 53])("a seed of %s is refused", async (seed) => {
  const x = input({ shape: [4] });
  const given = { seed: seed as number };
  await expect(network().fit(points, { ...quiet, ...given })).rejects.toThrow(
    /^fit seed: expected a whole number, got /,
  );
  expect(() => model({ inputs: x, outputs: dense({ units: 2 })(x), ...given })).toThrow(
    /^model seed: expected a whole/,
  );
  expect(() => lenet5.lenet5(given)).toThrow(/^lenet5 seed: expected a whole/);
  expect(() => lenet5.lenet5Of1998(given)).toThrow(/^lenet5Of1998 seed: expected a whole/);
});

describe("shapes", () => {
  it.each([[[28.5, 28, 1]], [["28", 28, 1]], [[0, 28, 1]], [[-1, 28, 1]], [[Number.NaN]], [[null]], ["28"], [28]])(
    "input of %j is refused",
    (shape) => {
      expect(() => input({ shape: shape as never })).toThrow(/^\[input\] shape: expected /);
    },
  );

  it.each([1.5, "10", 0, -1, Number.NaN, null, [10]])("a size of %o is refused by every layer that has one", (size) => {
    const wrong = { size: size as number };
    expect(() => dense({ units: wrong.size })).toThrow(/^\[dense\] units: expected a whole number of at least 1/);
    for (const make of [
      () => lenet5.conv2d({ filters: wrong.size, kernelSize: 3 }),
      () => lenet5.conv2d({ filters: 3, kernelSize: [3, wrong.size] }),
      () => lenet5.conv2d({ filters: 3, kernelSize: 3, strides: [wrong.size, 1] }),
      () => lenet5.maxPooling2d({ poolSize: [wrong.size, 2] }),
      () => lenet5.zeroPadding2d({ padding: [[wrong.size === 0 ? -1 : wrong.size, 1], 1] as never }),
    ]) {
      expect(make).toThrow(/expected a whole number of at least [01], got/);
    }
  });

  it.each<[unknown[], RegExp]>([
    [["2", 6], /^images: expected whole numbers of at least 0 for its shape, got \[2, 6\]$/],
    [[0.5, 6], /^images: expected whole numbers/],
    [[-1, 6], /^images: expected whole numbers/],
    [[2, "6"], /^images: expected /],
  ])("images of shape %j are refused", async (shape, message) => {
    const images = { shape, data: new Float32Array(12) } as never;
    await expect(network().predict(images)).rejects.toThrow(message);
    await expect(network().fit({ images, labels: [0, 1] }, quiet)).rejects.toThrow(message);
  });

  it("labels must have the numbers of their shape", async () => {
    const { images } = part(0, 2);
    const fit = (labels: unknown) => network().fit({ images, labels: labels as never }, quiet);
    await expect(fit({ shape: [3], data: Uint8Array.of(0, 1) })).rejects.toThrow(
      "labels: expected 3 numbers for shape [3], got 2",
    );
    await expect(fit({ shape: [1.5, 2], data: Uint8Array.of(0, 1, 2) })).rejects.toThrow(/^labels: expected whole/);
  });

  it("images and targets that are no numbers are refused with their place", async () => {
    const data = new Array(12).fill(0).with(7, "x");
    await expect(network().predict({ shape: [2, 6], data: data as never })).rejects.toThrow(
      'images: expected numbers in a flat array, got "x" at index 7',
    );
    const rows = [[0, 1], [1, 0], [2, 3], [], [], []];
    await expect(network().predict({ shape: [1, 6], data: rows as never })).rejects.toThrow(/got an array \[0,1\]/);
    const big = new BigInt64Array(6);
    await expect(network().predict({ shape: [1, 6], data: big as never })).rejects.toThrow(
      /flat array, got 0 at index 0/,
    );
  });
});

describe("weights of classes and images", () => {
  it.each<[unknown, string]>([
    [{ 3: 2 }, 'classWeight: expected class numbers from 0 to 2, got "3"'],
    [{ cat: 2 }, 'classWeight: expected class numbers from 0 to 2, got "cat"'],
    [{ "-1": 2 }, 'classWeight: expected class numbers from 0 to 2, got "-1"'],
    [[1, 1, 1, 1], 'classWeight: expected class numbers from 0 to 2, got "3"'],
    [{ 1: -0.5 }, "classWeight: expected a finite number of at least 0 for class 1, got -0.5"],
    [{ 1: Number.NaN }, "classWeight: expected a finite number of at least 0 for class 1, got NaN"],
    [{ 1: "2" }, 'classWeight: expected a finite number of at least 0 for class 1, got "2"'],
    [new Map([[0, 2]]), "classWeight: expected an object such as { 0: 1, 1: 2 }, got a Map: use Object.fromEntries"],
  ])("classWeight %o is refused, for images in memory and for streams", async (classWeight, message) => {
    const options = { ...quiet, classWeight: classWeight as never };
    await expect(network().fit(points, options)).rejects.toThrow(message);
    await expect(network().fit([part(0, 8)], options)).rejects.toThrow(message);
  });

  it("a negative sampleWeight counts as in Keras: the loss of that image is to rise", async () => {
    const one = { ...part(0, 1), sampleWeight: [-1] };
    const net = network();
    const before = (await net.evaluate(part(0, 1))).loss;
    await net.fit(one, { ...quiet, epochs: 3 });
    expect((await net.evaluate(part(0, 1))).loss).toBeGreaterThan(before);
  });
});

describe("while fit runs", () => {
  /** Two models that share a layer; what happens during the training of the first. */
  async function during(work: (own: lenet5.Model, sharing: lenet5.Model) => unknown): Promise<unknown> {
    const net = network();
    const sharing = model({ inputs: net.inputs, outputs: dense({ units: 2 })(net.outputs) });
    sharing.compile({ loss: "mean_squared_error" });
    let result: unknown;
    const callbacks = [
      {
        async onEpochEnd() {
          try {
            result = await work(net, sharing);
          } catch (error) {
            result = error;
          }
        },
      },
    ];
    await net.fit(points, { ...quiet, callbacks });
    return result;
  }

  const targets = { images: points.images, labels: new Float32Array(80) };

  it.each<[string, (own: lenet5.Model, sharing: lenet5.Model) => unknown]>([
    ["compile", (own) => own.compile({ loss: "mean_squared_error" })],
    ["setWeights", (own) => own.setWeights({ "end/bias": [0, 0, 0] })],
    ["setWeights", (_, sharing) => sharing.setWeights({ "end/bias": [0, 0, 0] })],
    ["loadWeights", (own) => own.loadWeights(own.toBytes())],
    ["loadWeights", (_, sharing) => sharing.loadWeights(sharing.toBytes())],
    ["fit", (own) => own.fit(points, quiet)],
    ["fit", (_, sharing) => sharing.fit(targets, quiet)],
    [
      '[dense "end"] trainable',
      (own) => {
        own.getLayer("end").trainable = false;
      },
    ],
  ])("%s is refused, also by a model that shares its layers (%#)", async (name, work) => {
    const error = (await during(work)) as Error;
    expect(error).toBeInstanceOf(lenet5.InputError);
    expect(error.message).toContain(`${name}: expected one call at a time, got another on a model that is training`);
  });

  it("predict, evaluate and save are not refused, and afterwards nothing is", async () => {
    expect(await during(async (own) => (await own.predict(part(0, 2).images)).shape)).toEqual([2, 3]);
    const net = network();
    await net.fit(points, quiet);
    net.setWeights({ "end/bias": [0, 0, 0] });
    net.compile({ loss: "mean_squared_error" });
    await expect(net.fit(points, quiet)).rejects.toThrow(/^labels: /);
    net.getLayer("end").trainable = false;
  });
});

describe("labels and losses", () => {
  const scores = input({ shape: [2] });
  const single = (activation: "sigmoid" | "softmax") =>
    model({ inputs: scores, outputs: dense({ units: 1, activation })(scores) });
  const images = { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) };

  it("a softmax of a single unit, which is always 1, is refused", () => {
    expect(() => single("softmax").compile({ loss: "binary_crossentropy" })).toThrow(
      /^compile loss: expected probabilities, got "dense", a softmax of a single unit, which is always 1: use the activation "sigmoid"/,
    );
  });

  it("targets of a cross-entropy outside of 0 to 1 are refused", async () => {
    const net = single("sigmoid");
    net.compile({ loss: "binary_crossentropy" });
    await expect(net.fit({ images, labels: [1, -1] }, { verbose: 0 })).rejects.toThrow(
      /^labels: expected numbers from 0 to 1 for a cross-entropy, got -1 for image 1$/,
    );
  });

  it("labels of a tensor count with its scale, as images do", async () => {
    const net = model({ inputs: scores, outputs: activation({ activation: "linear" })(scores) });
    net.compile({ loss: "mean_squared_error" });
    const bytes = { shape: [1, 2], data: Uint8Array.of(51, 255), scale: 1 / 255 };
    expect((await net.evaluate({ images: bytes, labels: bytes })).loss).toBeLessThan(1e-12);
  });

  it("optimizers have Keras's names in any case", () => {
    const net = single("sigmoid");
    net.compile({ loss: "mean_squared_error", optimizer: "adamw" as "adamW" });
    expect(net.training?.optimizer.type).toBe("adamW");
    expect(() => net.compile({ loss: "mean_squared_error", optimizer: "adamx" as "adam" })).toThrow(/got "adamx"$/);
  });

  it("a list of class weights has one for each class", async () => {
    const net = model({ inputs: scores, outputs: dense({ units: 3, activation: "softmax" })(scores) });
    net.compile({ loss: "sparse_categorical_crossentropy" });
    const classWeight = [1, 2] as unknown as Record<number, number>;
    await expect(net.fit({ images, labels: [1, 0] }, { classWeight, verbose: 0 })).rejects.toThrow(
      /^classWeight: expected a weight for each of 3 classes, got 2$/,
    );
  });
});
