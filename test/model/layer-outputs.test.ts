import { expect, test } from "vitest";
import { conv2d, dense, digits, flatten, input, lenet5, maxPooling2d, model, tableI } from "../../src/index.ts";

const { train, test: held } = digits({ train: 200, test: 50, seed: 3 });
const display = Symbol.for("Jupyter.display");
const shownBy = async (value: unknown) =>
  (await (value as Record<symbol, () => unknown>)[display]()) as Record<string, string>;

test("evaluate: the prediction for every image, with its probability", async () => {
  const net = lenet5({ seed: 1 });
  net.compile({ loss: "sparse_categorical_crossentropy", metrics: ["accuracy"], optimizer: "adam" });
  await net.fit(train, { epochs: 2, batchSize: 20, verbose: 0, seed: 1 });
  const { predictions, confusionMatrix, accuracy } = await net.evaluate(held, { predictions: true });
  expect(confusionMatrix).toBeUndefined();
  const { data } = await net.predict(held.images);
  expect(predictions!.labels).toEqual([...held.labels]);
  predictions!.predicted.forEach((predicted, i) => {
    const row = data.subarray(i * 10, i * 10 + 10);
    expect(predicted).toBe(row.indexOf(Math.max(...row)));
    expect(predictions!.confidence[i]).toBeCloseTo(row[predicted]!, 5);
  });
  const right = predictions!.predicted.filter((predicted, i) => predicted === held.labels[i]).length;
  expect(right / 50).toBeCloseTo(accuracy!, 12);
  expect(await net.evaluate(held)).not.toHaveProperty("predictions");
});

test("evaluate: raw scores where the network does not end in a softmax", async () => {
  const image = input({ shape: [32, 32, 1] });
  const net = model({ inputs: image, outputs: dense({ units: 10, activation: "sigmoid" })(flatten()(image)), seed: 2 });
  net.compile({ loss: "mean_squared_error" });
  const targets = { shape: [50, 10], data: new Float32Array(500).fill(0.1) };
  for (let i = 0; i < 50; i++) targets.data[i * 10 + 3] = 1;
  const { predictions } = await net.evaluate({ images: held.images, labels: targets }, { predictions: true });
  const { data } = await net.predict(held.images);
  expect(predictions!.labels).toEqual(new Array(50).fill(3));
  expect(predictions!.confidence[7]).toBe(data[70 + predictions!.predicted[7]!]);
});

test("evaluate: for a cross-entropy without a softmax, each output is divided by their sum, as in the loss", async () => {
  const image = input({ shape: [32, 32, 1] });
  const net = model({ inputs: image, outputs: dense({ units: 10, activation: "sigmoid" })(flatten()(image)), seed: 2 });
  net.compile({ loss: "sparse_categorical_crossentropy" });
  const { predictions } = await net.evaluate(held, { predictions: true });
  const { data } = await net.predict(held.images);
  const sum = data.subarray(0, 10).reduce((a, b) => a + b, 0);
  expect(predictions.confidence[0]).toBeCloseTo(Math.max(...data.subarray(0, 10)) / sum, 6);
});

test("evaluate: an unknown option does not compile", async () => {
  const net = lenet5({ seed: 1 });
  net.compile({ loss: "sparse_categorical_crossentropy" });
  // @ts-expect-error: misspelt classNames
  await expect(net.evaluate(held, { confusionMatrix: true, classnames: [] })).rejects.toThrow("classnames");
});

test("layerOutputs: the output of every layer for one image", async () => {
  const net = lenet5({ seed: 1 });
  const one = { ...held.images, shape: [1, 32, 32, 1], data: held.images.data.slice(0, 1024) };
  const { layers } = await net.layerOutputs(one);
  expect(layers.map(({ name, shape }) => `${name} ${shape.join("x")}`)).toEqual([
    "image 32x32x1",
    "C1 28x28x6",
    "S2 14x14x6",
    "C3 10x10x16",
    "S4 5x5x16",
    "C5 1x1x120",
    "flatten 120",
    "F6 84",
    "output 10",
  ]);
  expect(layers.at(-1)!.values).toEqual((await net.predict(one)).data);
  expect(layers[0].values[500]).toBeCloseTo(held.images.data[500] / 255, 6);
  await expect(net.layerOutputs(held.images)).rejects.toThrow("layerOutputs: expected one image, got 50");
});

test("layerOutputs: takes one vector without a batch axis, and refuses several", async () => {
  const x = input({ shape: [3], name: "x" });
  const net = model({ inputs: x, outputs: dense({ units: 2, name: "end" })(x) });
  const points = (count: number) => ({ shape: [count, 3], data: new Float32Array(3 * count).fill(0.5) });
  const { layers } = await net.layerOutputs({ ...points(1), shape: [3] });
  expect(layers.map(({ name, type, shape }) => ({ name, type, shape }))).toEqual([
    { name: "x", type: "input", shape: [3] },
    { name: "end", type: "dense", shape: [2] },
  ]);
  expect([...layers[0].values]).toEqual([0.5, 0.5, 0.5]);
  await expect(net.layerOutputs(points(3))).rejects.toThrow("layerOutputs: expected one image, got 3");
  await expect(net.layerOutputs(points(0))).rejects.toThrow("layerOutputs: expected one image, got 0");
  await expect(net.layerOutputs(undefined as never)).rejects.toThrow("images: expected a tensor");
});

test("layerOutputs: follows weights that change, images of other kinds, and a copy of the model", async () => {
  const net = lenet5({ seed: 1 });
  const bytes = { shape: [32, 32, 1], data: held.images.data.slice(0, 1024), scale: 1 / 255 };
  const floats = { shape: [32, 32, 1], data: Float32Array.from(bytes.data, (value) => value / 255) };
  const output = async (of: typeof net, image: typeof bytes | typeof floats) =>
    (await of.layerOutputs(image)).layers.at(-1)!.values;
  const before = await output(net, bytes);
  expect(await output(net, bytes)).toEqual(before);
  expect(await output(net, { ...bytes, scale: 1 / 510 })).not.toEqual(before);
  for (const [i, value] of (await output(net, floats)).entries()) expect(value).toBeCloseTo(before[i]!, 6);
  const copy = net.clone({ weights: true });
  net.setWeights({ "output/bias": [1, 0, 0, 0, 0, 0, 0, 0, 0, 0] });
  const after = await output(net, bytes);
  expect(after[0]).toBeGreaterThan(before[0]! * 1.5);
  expect(after).toEqual((await net.predict(bytes)).data);
  expect(await output(copy, bytes)).toEqual(before);
  net.compile({ loss: "sparse_categorical_crossentropy" });
  await net.trainOnBatch({ images: train.images, labels: train.labels });
  expect(await output(net, bytes)).toEqual((await net.predict(bytes)).data);
  expect(await output(net, bytes)).not.toEqual(after);
});

test("layerOutputs: a layer of several models has its output in this model", async () => {
  const shared = conv2d({ filters: 2, kernelSize: 3, name: "shared" });
  const first = input({ shape: [8, 8, 1] });
  const whole = model({ inputs: first, outputs: shared(first) });
  const second = input({ shape: [8, 8, 1] });
  const pooled = model({ inputs: second, outputs: maxPooling2d({ poolSize: 2 })(shared(second)) });
  const image = { shape: [8, 8, 1], data: Float32Array.from({ length: 64 }, (_, i) => i / 64) };
  const [, conv] = (await pooled.layerOutputs(image)).layers;
  expect(conv.values).toEqual((await whole.predict(image)).data);
});

test("kernels: those of a convolution, with its connection table", () => {
  const net = lenet5({ seed: 1 });
  expect(net.kernels("C3")).toEqual({
    layer: "C3",
    shape: [5, 5, 6, 16],
    values: net.weights.get("C3/kernel")!.data,
    connectionTable: tableI,
  });
  expect(net.kernels("C1")).not.toHaveProperty("connectionTable");
  expect(() => net.kernels("F6")).toThrow('kernels: expected "C1", "C3" or "C5", a conv2d layer, got "F6"');
});

test("models and histories display in a notebook, and stay plain JSON", async () => {
  const net = lenet5({ seed: 1 });
  const shown = await shownBy(net);
  expect(shown["text/html"]).toContain("C3 16 maps of 10×10");
  expect(shown["text/html"]).toContain("60,806");
  expect(shown["text/plain"]).toBe(net.summary({ print: false }));
  net.compile({ loss: "sparse_categorical_crossentropy", metrics: ["accuracy"] });
  const history = await net.fit(train, { epochs: 1, verbose: 0 });
  expect((await shownBy(history))["text/html"].match(/<figure|<svg|<img/g)).toHaveLength(2);
  expect(Object.keys(history)).toEqual(["epochs", "history"]);
  expect(structuredClone(history)).toEqual({ ...history });
});
