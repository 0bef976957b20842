import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { noise } from "../engine/as-oracle.ts";
import { layerSamples } from "../members/layer-samples.ts";

const { InputError, add, dense, input, loadModel, model, readSafetensors, writeSafetensors } = lenet5;

/** Every type of layer, branching and merging. */
function everyLayer(): lenet5.Model {
  const image = input({ shape: [6, 5, 3], name: "image" });
  const ends = Object.values(layerSamples).map((layer) => lenet5.flatten()(layer(image)));
  ends.push(lenet5.flatten()(lenet5.dropout({ rate: 0.1 })(image)));
  const output = dense({ units: 4, activation: "softmax", name: "end" })(lenet5.concatenate()(ends));
  return model({ inputs: image, outputs: output, name: "every", seed: 2 });
}

const images = noise([20, 6, 5, 3], 8);
const labels = Int32Array.from({ length: 20 }, (_, i) => i % 4);

describe("the model file", () => {
  it("brings back every type of layer, weights, training state and the same predictions", async () => {
    const made = everyLayer();
    const optimizer = lenet5.rmsprop({
      momentum: 0.5,
      centered: true,
      learningRate: lenet5.oneCycle({ learningRate: 1e-3, totalSteps: 50 }),
    });
    made.compile({ optimizer, loss: "sparse_categorical_crossentropy", metrics: ["accuracy", "top_2_accuracy"] });
    await made.fit({ images, labels }, { verbose: 0, epochs: 2 });
    const folder = await mkdtemp(join(tmpdir(), "lenet5-"));
    await made.save(join(folder, "a.safetensors"));
    const again = await loadModel(join(folder, "a.safetensors"));
    expect(again.summaryData()).toEqual(made.summaryData());
    expect(again.toBytes()).toEqual(made.toBytes());
    expect((await again.predict(images)).data).toEqual((await made.predict(images)).data);
    expect(again.training).toEqual(made.training);
  });

  it("holds the article's weights under Keras's names and shapes, zeros where Table I has no connection", () => {
    const { tensors } = readSafetensors(lenet5.lenet5().toBytes());
    const shapes = Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]));
    expect(shapes).toEqual({
      "C1/kernel": [5, 5, 1, 6],
      "C1/bias": [6],
      "C3/kernel": [5, 5, 6, 16],
      "C3/bias": [16],
      "C5/kernel": [5, 5, 16, 120],
      "C5/bias": [120],
      "F6/kernel": [120, 84],
      "F6/bias": [84],
      "output/kernel": [84, 10],
      "output/bias": [10],
    });
    tensors.get("C3/kernel")!.data.forEach((value, i) => {
      const connected = lenet5.tableI[i % 16]!.includes(Math.floor(i / 16) % 6);
      expect(value !== 0).toBe(connected);
    });
  });

  it("connections that do not exist stay 0 in training, also with weight decay", async () => {
    const made = lenet5.lenet5();
    made.compile({ optimizer: lenet5.adamW({ weightDecay: 0.1 }), loss: "sparse_categorical_crossentropy" });
    const data = { images: noise([40, 32, 32, 1], 2), labels: Int32Array.from({ length: 40 }, (_, i) => i % 10) };
    await made.fit(data, { verbose: 0, batchSize: 16, epochs: 2 });
    made.weights.get("C3/kernel")!.data.forEach((value, i) => {
      if (!lenet5.tableI[i % 16]!.includes(Math.floor(i / 16) % 6)) expect(value).toBe(0);
    });
  });

  it("loadWeights sets a model built by hand, all or nothing", async () => {
    const [a, b] = [lenet5.lenet5({ seed: 1 }), lenet5.lenet5({ seed: 2 })];
    const before = b.toBytes();
    const { tensors } = readSafetensors(a.toBytes());
    const lacking = Object.fromEntries([...tensors].filter(([name]) => name !== "output/bias"));
    await expect(b.loadWeights(writeSafetensors(lacking))).rejects.toThrow(
      /expected a tensor "output\/bias" \[10\], got none of that name/,
    );
    const wrong = { ...Object.fromEntries(tensors), "F6/bias": { shape: [83], data: new Float32Array(83) } };
    await expect(b.loadWeights(writeSafetensors(wrong))).rejects.toThrow(
      /expected "F6\/bias" of shape \[84\], got \[83\]/,
    );
    expect(b.toBytes()).toEqual(before);
    await b.loadWeights(a.toBytes());
    expect(b.toBytes()).toEqual(a.toBytes());
  });

  it("brings back several outputs", async () => {
    const x = input({ shape: [4] });
    const a = lenet5.dense({ units: 2, name: "a" })(x);
    const both = model({ inputs: x, outputs: [a, lenet5.dense({ units: 3, name: "b" })(a)] });
    const point = { shape: [1, 4], data: Float32Array.of(1, 2, 3, 4) };
    const again = await loadModel(both.toBytes());
    expect(await again.predict(point)).toEqual(await both.predict(point));
  });

  it("refuses what the optimizer remembers when it is not of the weights' sizes", async () => {
    const made = everyLayer();
    made.compile({ loss: "sparse_categorical_crossentropy" });
    await made.fit({ images, labels }, { verbose: 0 });
    const { tensors, metadata } = readSafetensors(made.toBytes());
    const wrong = {
      ...Object.fromEntries(tensors),
      "optimizer/momentum/end/bias": { shape: [60], data: new Float32Array(60) },
    };
    await expect(loadModel(writeSafetensors(wrong, metadata))).rejects.toThrow(
      /expected 4 numbers in "optimizer\/momentum\/end\/bias", got 60/,
    );
  });

  it("setWeights takes another model's weights", () => {
    const [a, b] = [lenet5.lenet5({ seed: 1 }), lenet5.lenet5({ seed: 2 })];
    b.setWeights(a.weights);
    expect(b.toBytes()).toEqual(a.toBytes());
  });

  it("is refused in one line when it is cut, damaged, missing, or no model", async () => {
    const bytes = everyLayer().toBytes();
    const folder = await mkdtemp(join(tmpdir(), "lenet5-"));
    const path = join(folder, "cut.safetensors");
    await writeFile(path, bytes.subarray(0, bytes.length - 10));
    await expect(loadModel(path)).rejects.toThrow(InputError);
    await expect(loadModel(path)).rejects.toThrow(/cut\.safetensors/);
    await expect(loadModel(join(folder, "none.safetensors"))).rejects.toThrow(InputError);
    const plain = writeSafetensors({ a: { shape: [1], data: Float32Array.of(1) } });
    await expect(loadModel(plain)).rejects.toThrow(/without an architecture: use loadWeights/);
  });

  it("whatever is done to it, the answer is a model or an InputError", async () => {
    const made = everyLayer();
    const learningRate = lenet5.piecewiseConstantDecay({ boundaries: [1, 2], rates: [0.1, 0.2, 0.3] });
    made.compile({
      optimizer: lenet5.adamW({ learningRate }),
      loss: "sparse_categorical_crossentropy",
      metrics: ["accuracy"],
    });
    const bytes = made.toBytes();
    const headerEnd = 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
    await fc.assert(
      fc.asyncProperty(fc.nat(headerEnd - 1), fc.nat(255), async (at, value) => {
        const damaged = bytes.slice();
        damaged[at] = value;
        try {
          await loadModel(damaged);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
          expect((error as Error).message).toMatch(/^model file.*$/);
        }
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});

describe("the graph", () => {
  it("gives inner activations that share the weights", async () => {
    const image = input({ shape: [12, 12, 1] });
    const c1 = lenet5.conv2d({ filters: 2, kernelSize: 3, name: "C1" })(image);
    const s2 = lenet5.averagePooling2d({ name: "S2" })(c1);
    const end = lenet5.dense({ units: 2, activation: "softmax", name: "end" })(lenet5.flatten()(s2));
    const whole = model({ inputs: image, outputs: end });
    const inner = model({ inputs: image, outputs: [c1, s2] });
    const picture = noise([3, 12, 12, 1], 1);
    const before = await inner.predict(picture);
    expect(before.map(({ shape }) => shape)).toEqual([
      [3, 10, 10, 2],
      [3, 5, 5, 2],
    ]);
    whole.setWeights({ "C1/kernel": new Float32Array(18), "C1/bias": [1, 2] });
    const [after] = await inner.predict(picture);
    expect([...after!.data.slice(0, 4)]).toEqual([1, 2, 1, 2]);
  });

  it("a loaded model's layers have names and outputs, to look inside", async () => {
    const loaded = await loadModel(lenet5.lenet5({ seed: 4 }).toBytes());
    expect(loaded.layers.map(({ name }) => name)).toEqual([
      "image",
      "C1",
      "S2",
      "C3",
      "S4",
      "C5",
      "flatten",
      "F6",
      "output",
    ]);
    const inside = model({ inputs: loaded.inputs, outputs: loaded.getLayer("C3").output });
    expect((await inside.predict(noise([2, 32, 32, 1], 1))).shape).toEqual([2, 10, 10, 16]);
    expect(() => loaded.getLayer("C4")).toThrow(/^getLayer: expected "image", .* got "C4"$/);
  });

  it("lets a layer be used twice, with one set of weights and the sum of both gradients", async () => {
    const x = input({ shape: [3] });
    const shared = lenet5.dense({ units: 3, name: "shared" });
    const twice = model({ inputs: x, outputs: shared(shared(x)) });
    expect(twice.summaryData().params).toBe(12);
    twice.compile({ optimizer: lenet5.sgd({ learningRate: 1, momentum: 0.5 }), loss: "mean_squared_error" });
    twice.setWeights({ "shared/kernel": [2, 0, 0, 0, 2, 0, 0, 0, 2] });
    const ones = { shape: [1, 3], data: Float32Array.of(1, 0, 0) };
    await twice.fit({ images: ones, labels: Float32Array.of(0, 0, 0) }, { verbose: 0 });
    // y = w^2 = 4 for the first feature; dL/dy = 2 y / 3, dy/dw = 2 w on the diagonal.
    expect(-twice.training!.memory.get("momentum/shared/kernel")![0]!).toBeCloseTo(((2 * 4) / 3) * 4, 4);
  });

  it("names layers that have no name by type and number", () => {
    const x = input({ shape: [4] });
    const made = model({
      inputs: x,
      outputs: lenet5.dense({ units: 1 })(lenet5.dense({ units: 2 })(lenet5.dense({ units: 3, name: "dense_1" })(x))),
    });
    expect(made.layers.map((layer) => layer.name)).toEqual(["input", "dense_1", "dense", "dense_2"]);
  });

  it.each<[string, () => unknown, RegExp]>([
    [
      "a name twice",
      () => build((x) => lenet5.dense({ units: 1, name: "a" })(lenet5.dense({ units: 1, name: "a" })(x))),
      /got "a" twice/,
    ],
    [
      "another input",
      () => model({ inputs: input({ shape: [4] }), outputs: lenet5.dense({ units: 1 })(input({ shape: [4] })) }),
      /needs another/,
    ],
    [
      "an image for dense",
      () => lenet5.dense({ units: 1, name: "F6" })(input({ shape: [4, 4, 1] })),
      /^\[dense "F6"\] expected a vector input .* put flatten\(\) before it$/,
    ],
    [
      "a vector for conv2d",
      () => lenet5.conv2d({ filters: 1, kernelSize: 1, name: "C3" })(input({ shape: [4] })),
      /^\[conv2d "C3"\] expected an image input/,
    ],
    [
      "a window too large",
      () => lenet5.conv2d({ filters: 1, kernelSize: 9 })(input({ shape: [4, 4, 1] })),
      /at least as large as the window of 9, got 4/,
    ],
    [
      "connections of another input",
      () => lenet5.conv2d({ filters: 1, kernelSize: 1, connectionTable: [[5]] })(input({ shape: [4, 4, 5] })),
      /below 5 in connectionTable\[0\], got 5/,
    ],
    [
      "too few connections",
      () => lenet5.conv2d({ filters: 2, kernelSize: 1, connectionTable: [[0]] }),
      /expected 2 lists, one for each filter, got 1/,
    ],
    [
      "an unknown activation",
      () => lenet5.dense({ units: 1, activation: "gelu" as never }),
      /"linear", "relu", .* got "gelu"/,
    ],
    ["units of 0", () => lenet5.dense({ units: 0 }), /expected a whole number of at least 1, got 0/],
    [
      "a sum of different shapes",
      () => lenet5.add()([input({ shape: [4] }), input({ shape: [5] })]),
      /\[N, 4\] and \[N, 5\]/,
    ],
    [
      "a slice outside",
      () => lenet5.channelSlice({ start: 3, count: 2 })(input({ shape: [4] })),
      /within the input's 4, got 3 to 4/,
    ],
    ["dropout of everything", () => lenet5.dropout({ rate: 1 }), /in \[0, 1\), got 1/],
    [
      "another shape for a layer",
      () => {
        const layer = lenet5.dense({ units: 1 });
        layer(input({ shape: [4] }));
        layer(input({ shape: [5] }));
      },
      /make a second layer/,
    ],
  ])("complains of %s in one line", (_, make, message) => {
    expect(make).toThrow(message);
    expect(make).toThrow(InputError);
  });

  it.each<[string, Partial<lenet5.LabelledImages>, RegExp]>([
    [
      "images of another shape",
      { images: { shape: [20, 28, 28, 1], data: new Uint8Array(20 * 784) } },
      /expected \[N, 6, 5, 3\], got \[20, 28, 28, 1\]/,
    ],
    ["too few labels", { labels: [1, 2] }, /expected 20 class numbers, one for each image, got 2/],
    ["a label out of range", { labels: Int32Array.from({ length: 20 }, () => 4) }, /from 0 to 3, got 4 for image 0/],
    [
      "a weight that is no number",
      { sampleWeight: new Float32Array(20).fill(Number.NaN) },
      /finite numbers, got NaN for image 0/,
    ],
    [
      "too few numbers",
      { images: { shape: [20, 6, 5, 3], data: new Float32Array(5) } },
      /expected 1800 numbers .* got 5/,
    ],
  ])("fit complains of %s in one line", async (_, wrong, message) => {
    const made = everyLayer();
    made.compile({ loss: "sparse_categorical_crossentropy" });
    await expect(made.fit({ images, labels, ...wrong }, { verbose: 0 })).rejects.toThrow(message);
  });

  it("fit refuses an output that is no vector of scores", async () => {
    const x = input({ shape: [4, 4, 1] });
    const made = model({ inputs: x, outputs: lenet5.conv2d({ filters: 2, kernelSize: 3, name: "C1" })(x) });
    made.compile({ loss: "mean_squared_error" });
    const data = { images: { shape: [1, 4, 4, 1], data: new Float32Array(16) }, labels: new Float32Array(8) };
    await expect(made.fit(data)).rejects.toThrow(/^\[conv2d "C1"\] expected an output \[N, classes\]/);
  });

  it("fit without compile says what to do", async () => {
    await expect(everyLayer().fit({ images, labels })).rejects.toThrow(/call compile\(/);
  });

  it("counts what the paper counts", () => {
    const { params, layers } = lenet5.lenet5().summaryData();
    expect(params).toBe(60_806);
    expect(lenet5.lenet5({ c3: "full" }).summaryData().params).toBe(61_706);
    const connections = Object.fromEntries(layers.map((layer) => [layer.name, layer.connections]));
    expect(connections).toMatchObject({ C1: 122_304, C3: 151_600, C5: 48_120, F6: 10_164 });
    expect(layers.find((layer) => layer.name === "C3")!.macs).toBe(150_000);
  });

  it("prints the summary as a table", () => {
    const lines = lenet5.lenet5().summary({ print: false }).split("\n");
    expect(lines[0]).toBe('Model: "lenet5"');
    expect(lines.find((line) => line.startsWith("C3 (conv2d)"))).toMatch(/\[N, 10, 10, 16\] +1,516 +151,600 +150,000$/);
    expect(lines).toContain("Total params: 60,806 (237.52 KB)");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it("tells what a layer reads where that is not the one before", () => {
    const x = input({ shape: [4], name: "x" });
    const [left, right] = [dense({ units: 2, name: "left" })(x), dense({ units: 2, name: "right" })(x)];
    const text = model({ inputs: x, outputs: add({ name: "sum" })([left, right]) }).summary({ print: false });
    expect(text).toMatch(/sum \(add\).* {2}left, right\n/);
  });
});

function build(layers: (x: lenet5.SymbolicTensor) => lenet5.SymbolicTensor): lenet5.Model {
  const x = input({ shape: [4] });
  return model({ inputs: x, outputs: layers(x) });
}
