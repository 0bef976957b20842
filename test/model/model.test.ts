/** A model's weights, compilation and files, as a caller sees them. */
import { mkdtemp, readFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import * as lenet5 from "../../src/index.ts";

const { InputError, dense, input, loadModel, model, rbf } = lenet5;

function network(options: lenet5.EngineOptions & { name?: string } = {}): lenet5.Model {
  const x = input({ shape: [2] });
  return model({ inputs: x, outputs: dense({ units: 2, activation: "softmax", name: "end" })(x), ...options });
}

/** The function that Jupyter calls. */
type Shown = Record<symbol, () => unknown>;

const weightsOf = (made: lenet5.Model) =>
  Object.fromEntries([...made.weights].map(([name, { data }]) => [name, [...data]]));
const point = { shape: [1, 2], data: Float32Array.of(1, 2) };
const data = { images: { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }, labels: [0, 1] };

describe("setWeights", () => {
  it("takes lists, arrays and tensors, in an object or a map, and does not change the other weights", () => {
    const made = network();
    const { "end/kernel": kernel } = weightsOf(made);
    made.setWeights({ "end/bias": [1, 2] });
    expect(weightsOf(made)).toEqual({ "end/kernel": kernel, "end/bias": [1, 2] });
    made.setWeights(new Map([["end/bias", Float32Array.of(3, 4)]]));
    expect(weightsOf(made)["end/bias"]).toEqual([3, 4]);
    made.setWeights({ "end/kernel": { shape: [2, 2], data: Float32Array.of(5, 6, 7, 8) } });
    expect(weightsOf(made)).toEqual({ "end/kernel": [5, 6, 7, 8], "end/bias": [3, 4] });
  });

  it.each<[string, lenet5.WeightValues, string]>([
    [
      "an unknown name",
      { "end/bias": [1, 2], "end/gamma": [1] },
      'setWeights: expected one of end/kernel, end/bias, got "end/gamma"',
    ],
    [
      "too few numbers",
      { "end/bias": [1, 2], "end/kernel": [1] },
      'setWeights "end/kernel": expected 4 numbers, got 1',
    ],
    ["too many numbers", { "end/bias": [1, 2], "end/kernel": [1, 2, 3, 4, 5] }, "expected 4 numbers, got 5"],
  ])("refuses %s, and sets none of the others", (_, weights, message) => {
    const made = network();
    const before = weightsOf(made);
    expect(() => made.setWeights(weights)).toThrow(message);
    expect(() => made.setWeights(weights)).toThrow(InputError);
    expect(weightsOf(made)).toEqual(before);
  });

  it("affects predictions with programs that were made before", async () => {
    const made = network();
    const three = { shape: [3, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6) };
    for (const images of [point, three]) {
      await made.predict(images);
      made.setWeights({ "end/kernel": [0, 0, 0, 0], "end/bias": [9, 9] });
      expect([...(await made.predict(images)).data.slice(0, 2)]).toEqual([0.5, 0.5]);
      made.setWeights({ "end/kernel": [1, 2, 3, 4], "end/bias": [0, 100] });
      expect((await made.predict(images)).data[1]).toBe(1);
    }
  });
});

describe("compile", () => {
  it("uses adam and no metrics by default", () => {
    const made = network();
    expect(made.training).toBeUndefined();
    made.compile({ loss: "sparse_categorical_crossentropy" });
    expect(made.training).toMatchObject({ optimizer: lenet5.adam(), iterations: 0 });
    expect(made.training!.objectives).toEqual([
      { loss: lenet5.sparseCategoricalCrossentropy(), lossWeight: 1, metrics: [] },
    ]);
  });

  it("resets the optimizer, and keeps the weights", async () => {
    const loss = "sparse_categorical_crossentropy";
    const optimizer = lenet5.sgd({ learningRate: 0.1, momentum: 0.9 });
    const made = network();
    made.compile({ optimizer, loss });
    await made.fit(data, { verbose: 0 });
    const weights = weightsOf(made);
    made.compile({ optimizer, loss });
    expect(weightsOf(made)).toEqual(weights);
    expect(made.training).toMatchObject({ iterations: 0, memory: new Map() });
    const fresh = network();
    fresh.setWeights(weights);
    fresh.compile({ optimizer, loss });
    await made.fit(data, { verbose: 0 });
    await fresh.fit(data, { verbose: 0 });
    expect(weightsOf(made)).toEqual(weightsOf(fresh));
  });

  it.each<[string, unknown, RegExp]>([
    ["no options", undefined, /^compile: expected options such as/],
    [
      "an option that there is none of",
      { loss: "mean_squared_error", lr: 1 },
      /^compile: expected options .* got "lr"$/,
    ],
    ["no loss", {}, /^compile loss: expected "sparse_categorical_crossentropy", .* got undefined$/],
    [
      "a loss of distances for scores",
      { loss: "rbf_mse" },
      /^compile loss: expected a model that ends in rbf units for a loss of distances, got another/,
    ],
  ])("refuses %s, and does not change the model", (_, options, message) => {
    const made = network();
    made.compile({ loss: "mean_squared_error", metrics: ["accuracy"] });
    const before = made.training;
    expect(() => made.compile(options as never)).toThrow(message);
    expect(() => made.compile(options as never)).toThrow(InputError);
    expect(made.training).toBe(before);
  });

  it("refuses a cross-entropy for distances, and accepts a loss for any outputs", () => {
    const x = input({ shape: [2] });
    const made = model({ inputs: x, outputs: rbf({ units: 2 })(x) });
    expect(made.outputsDistances).toBe(true);
    expect(made.outputKind).toBe("distances");
    expect(network().outputsDistances).toBe(false);
    expect(network().outputKind).toBe("probabilities");
    expect(() => made.compile({ loss: "categorical_crossentropy" })).toThrow(
      'compile loss: expected "rbf_mse" or "rbf_map" for a model that ends in rbf units, got "categorical_crossentropy"',
    );
    for (const loss of ["rbf_mse", "rbf_map", "mean_squared_error"] as const) made.compile({ loss });
  });

  it("accepts a single output with and without metrics, and refuses the two best for it", () => {
    const x = input({ shape: [2] });
    const made = model({ inputs: x, outputs: dense({ units: 1 })(x) });
    made.compile({ loss: "mean_squared_error" });
    made.compile({ loss: "mean_squared_error", metrics: ["accuracy", "mean_absolute_error"] });
    expect(() => made.compile({ loss: "mean_squared_error", metrics: ["top_2_accuracy"] })).toThrow(
      'compile metrics "top_2_accuracy": expected at most 1 best of 1 outputs, got 2',
    );
  });
});

describe("a model", () => {
  it.each(["fit", "evaluate"] as const)("that is not compiled rejects %s instead of throwing", async (method) => {
    await expect(network()[method](data)).rejects.toThrow(`${method}: expected a compiled model: call compile(`);
  });

  it("rejects for a wrong image, also in classifier and layerOutputs", async () => {
    await expect(network().classifier({ scale: 1, numbers: "bits" as never })).rejects.toThrow(InputError);
    await expect(network().layerOutputs({ shape: [3], data: new Float32Array(3) })).rejects.toThrow(InputError);
  });

  it("prints its summary, except with print: false and in a notebook's display", async () => {
    const printed: string[] = [];
    const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => printed.push(String(text)) > 0);
    try {
      const made = network({ name: "printed" });
      const quiet = made.summary({ print: false });
      const shown = (await (made as unknown as Shown)[Symbol.for("Jupyter.display")]!()) as Record<string, string>;
      expect(shown["text/plain"]).toBe(quiet);
      expect(printed).toEqual([]);
      expect([made.summary(), made.summary({ print: true }), made.summary({})]).toEqual([quiet, quiet, quiet]);
      expect(printed).toEqual([quiet, quiet, quiet]);
    } finally {
      write.mockRestore();
    }
  });

  it.each([0, 65, 1.5, -1, Number.NaN, "2"])("refuses %o threads", (threads) => {
    expect(() => network({ threads: threads as number })).toThrow(
      /^model threads: expected a whole number from 1 to 64, got /,
    );
  });

  it("has the given number of threads, from 1 to 64, by default at most 8", () => {
    for (const threads of [1, 64]) expect(network({ threads }).threads).toBe(threads);
    expect(network().threads).toBe(Math.min(8, availableParallelism()));
  });

  it("is reproducible by default, and refuses unknown numerics", () => {
    expect(network().numerics).toBe("reproducible");
    expect(() => network({ numerics: "exact" as never })).toThrow(
      'model numerics: expected "reproducible" or "fast", got "exact"',
    );
  });

  it("returns a list of outputs where it was given a list, also of one", async () => {
    const x = input({ shape: [2] });
    const list = model({ inputs: x, outputs: [dense({ units: 3 })(x)] });
    const predicted = await list.predict(point);
    expect(predicted.map(({ shape }) => shape)).toEqual([[1, 3]]);
  });
});

describe("a saved model", () => {
  it("loads from its file and from bytes, with the given threads and numerics", async () => {
    const path = join(await mkdtemp(join(tmpdir(), "lenet5-")), "saved.safetensors");
    const made = network({ name: "saved", threads: 2 });
    await made.save(path);
    expect(new Uint8Array(await readFile(path))).toEqual(made.toBytes());
    for (const file of [path, made.toBytes()]) {
      const loaded = await loadModel(file, { threads: 3 });
      expect([loaded.name, loaded.threads, loaded.numerics]).toEqual(["saved", 3, "reproducible"]);
      expect(loaded.weights).toEqual(made.weights);
      await made.loadWeights(file);
    }
  });

  it('is named in errors by its path, or as "model file"', async () => {
    const path = join(await mkdtemp(join(tmpdir(), "lenet5-")), "other.safetensors");
    const x = input({ shape: [2] });
    const other = model({ inputs: x, outputs: dense({ units: 5, name: "end" })(x) });
    await other.save(path);
    await expect(network().loadWeights(path)).rejects.toThrow(`${path}: expected "end/kernel" of shape [2, 2]`);
    await expect(network().loadWeights(other.toBytes())).rejects.toThrow("model file: expected");
  });
});
