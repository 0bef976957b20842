/** Custom layers and losses: written with the library's operations, trained, saved and loaded. */
import { describe, expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { noise } from "../engine/as-oracle.ts";

const { conv2d, defineLayer, defineLoss, dense, flatten, input, loadModel, model, option, ops } = lenet5;

const squeezeExcite = defineLayer("squeezeExcite", {
  options: { ratio: option.whole({ default: 2 }) },
  weights({ ratio }, shape) {
    const channels = shape.at(-1)!;
    const hidden = Math.ceil(channels / ratio);
    return {
      reduce: { shape: [channels, hidden] },
      reduceBias: { shape: [hidden], initializer: "zeros" },
      expand: { shape: [hidden, channels] },
      expandBias: { shape: [channels], initializer: "zeros" },
    };
  },
  call(maps, { weights }) {
    const mean = ops.mean(maps, { axis: [1, 2] });
    const hidden = ops.relu(ops.add(ops.matmul(mean, weights.reduce!), weights.reduceBias!));
    return ops.multiply(maps, ops.sigmoid(ops.add(ops.matmul(hidden, weights.expand!), weights.expandBias!)));
  },
});

const focal = defineLoss("my_focal", {
  options: { gamma: option.number({ min: 0, default: 2 }) },
  labels: "classes",
  outputs: "probabilities",
  call(labels, outputs, { gamma }) {
    const p = ops.clip(outputs, 1e-7, 1 - 1e-7);
    const weight = ops.power(ops.subtract(1, p), gamma);
    return ops.negative(ops.sum(ops.multiply(weight, ops.multiply(labels, ops.log(p)))));
  },
});

function network(threads: number): lenet5.Model {
  const image = input({ shape: [6, 5, 1] });
  const maps = squeezeExcite({ ratio: 3 })(conv2d({ filters: 6, kernelSize: 3, activation: "tanh" })(image));
  const end = dense({ units: 3, activation: "softmax" })(flatten()(maps));
  return model({ inputs: image, outputs: end, seed: 2, threads });
}

const data = { images: noise([70, 6, 5, 1], 4), labels: Int32Array.from({ length: 70 }, (_, i) => (i * 5) % 3) };

it("a squeeze-and-excitation block and a focal loss train, with the same bits for any number of threads", async () => {
  const runs = [1, 2, 3].map(async (threads) => {
    const net = network(threads);
    net.compile({ optimizer: "adam", loss: focal({ gamma: 1.5 }), metrics: ["accuracy"] });
    const { history } = await net.fit(data, { epochs: 8, batchSize: 35, verbose: 0 });
    return { history: history.loss!, weights: [...net.weights.values()].map((weight) => weight.data) };
  });
  const [one, ...others] = await Promise.all(runs);
  expect(one!.history.at(-1)!).toBeLessThan(one!.history[0]!);
  for (const other of others) expect(other).toEqual(one);
});

it("a model with them is saved and loaded, and trains on", async () => {
  const net = network(2);
  net.compile({ optimizer: "adam", loss: focal({ gamma: 1.5 }) });
  await net.fit(data, { epochs: 1, batchSize: 32, verbose: 0 });
  const again = await loadModel(net.toBytes(), { customObjects: [squeezeExcite, focal] });
  expect(again.toBytes()).toEqual(net.toBytes());
  expect(again.getLayer("squeezeExcite").config).toMatchObject({ ratio: 3 });
  expect((await again.predict(data.images)).data).toEqual((await net.predict(data.images)).data);
  const options = { epochs: 2, initialEpoch: 1, batchSize: 32, verbose: 0 } as const;
  const [a, b] = [await again.fit(data, options), await net.fit(data, options)];
  expect(a.history.loss).toEqual(b.history.loss);
});

it("without customObjects, a line says what to pass", async () => {
  const net = network(1);
  await expect(loadModel(net.toBytes())).rejects.toThrow(
    /layer "squeezeExcite": expected a layer of the library, got "squeezeExcite": pass what defineLayer returned to loadModel, customObjects: \[squeezeExcite\]$/,
  );
  net.compile({ loss: focal });
  await expect(loadModel(net.toBytes(), { customObjects: [squeezeExcite] })).rejects.toThrow(
    'its loss: expected a loss of the library, got "my_focal": pass what defineLoss returned to loadModel, customObjects: [my_focal]',
  );
  await expect(loadModel(net.toBytes(), { customObjects: [squeezeExcite, () => 1] as never })).rejects.toThrow(
    "loadModel customObjects: expected functions that defineLayer or defineLoss returned",
  );
  await expect(loadModel(net.toBytes(), { customObjects: squeezeExcite as never })).rejects.toThrow("expected a list");
});

it("a metric of one's own is saved by its name, and loaded as a function", async () => {
  function closeness(label: number | Float32Array, outputs: Float32Array) {
    return outputs[label as number]!;
  }
  const net = network(1);
  net.compile({ loss: focal, metrics: ["accuracy", closeness] });
  await net.fit(data, { epochs: 1, batchSize: 32, verbose: 0 });
  const customObjects = [squeezeExcite, focal, closeness];
  const again = await loadModel(net.toBytes(), { customObjects });
  expect(again.toBytes()).toEqual(net.toBytes());
  const options = { epochs: 2, initialEpoch: 1, batchSize: 32, verbose: 0 } as const;
  const [a, b] = [await again.fit(data, options), await net.fit(data, options)];
  expect(a.history.closeness).toEqual(b.history.closeness);
  expect((await again.evaluate(data)).closeness).toBe((await net.evaluate(data)).closeness);
  await expect(loadModel(net.toBytes(), { customObjects: [squeezeExcite, focal] })).rejects.toThrow(
    'its metrics: expected a metric of the library, got "closeness": pass the function to loadModel, customObjects: [closeness]',
  );
  const other = Object.defineProperty(() => 1, "name", { value: "closeness" });
  await expect(loadModel(net.toBytes(), { customObjects: [...customObjects, other] })).rejects.toThrow(
    'loadModel customObjects: expected one "closeness", got two',
  );
});

it("one image gives the same numbers as a batch", async () => {
  const net = network(1);
  const all = await net.predict(data.images);
  const one = await net.predict({ shape: [6, 5, 1], data: data.images.data.slice(0, 30) });
  one.data.forEach((value, i) => {
    expect(Math.abs(value - all.data[i]!)).toBeLessThan(1e-6);
  });
});

it("the library's focal loss is the same", async () => {
  const labels = Float32Array.from({ length: 210 }, (_, i) => (data.labels[Math.floor(i / 3)] === i % 3 ? 1 : 0));
  const net = network(1);
  net.compile({ loss: focal() });
  const own = await net.evaluate(data);
  net.compile({ loss: lenet5.categoricalFocalCrossentropy({ alpha: 1 }) });
  expect((await net.evaluate({ images: data.images, labels })).loss / own.loss).toBeCloseTo(1, 5);
});

describe("a definition or a use that cannot be right is refused in one line", () => {
  const image = input({ shape: [4, 4, 2] });
  it.each<[string, () => unknown, string]>([
    ["the name of a layer of the library", () => defineLayer("dense", { call: (x) => x }), 'got "dense"'],
    ["the name of a loss of the library", () => defineLoss("mse", { call: (t) => t }), 'got "mse"'],
    ["no call", () => defineLayer("empty", {} as never), 'defineLayer "empty" call: expected a function'],
    ["no call of a loss", () => defineLoss("empty", {} as never), 'defineLoss "empty" call: expected a function'],
    ["an unknown option", () => squeezeExcite({ ration: 2 } as never), "[squeezeExcite]: expected options"],
    ["an option out of range", () => squeezeExcite({ ratio: 0 }), "[squeezeExcite] ratio: expected a whole number"],
    [
      "an unknown part of a layer",
      () => defineLayer("x", { build: () => ({}), call: (x: lenet5.OpsTensor) => x } as never),
      'defineLayer "x": expected options "options", "inputs", "weights", "call" or "probabilities", got "build"',
    ],
    [
      "an unknown part of a loss",
      () => defineLoss("x", { label: "classes", call: (t: lenet5.OpsTensor) => t } as never),
      'defineLoss "x": expected options "options", "labels", "outputs" or "call", got "label"',
    ],
    [
      "weights that are no function",
      () => defineLayer("x", { weights: { w: { shape: [1] } } as never, call: (x) => x }),
      'defineLayer "x" weights: expected a function',
    ],
    [
      "a default in place of an option",
      () => defineLayer("x", { options: { r: 3 } as never, call: (x) => x }),
      'defineLayer "x" options r: expected an option made with `option`, such as option.number({ default: 3 }), got 3',
    ],
    [
      "a default in place of a loss's option",
      () => defineLoss("x", { options: { r: 3 } as never, call: (t) => t }),
      'defineLoss "x" options r: expected an option made with `option`',
    ],
    [
      "an unknown property of a weight",
      () =>
        defineLayer("bad", { weights: () => ({ w: { shape: [1], init: "ones" } }) as never, call: (x) => x })()(image),
      '[bad] weight "w": expected options "shape", "initializer" or "trainable", got "init"',
    ],
    [
      "a weight's trainable that is no flag",
      () =>
        defineLayer("bad", { weights: () => ({ w: { shape: [1], trainable: 0 as never } }), call: (x) => x })()(image),
      '[bad] weight "w" trainable: expected true or false, got 0',
    ],
    [
      "a name that every layer has",
      () => defineLayer("x", { options: { name: option.text() }, call: (x) => x }),
      '"name"',
    ],
    [
      "shapes that do not fit",
      () => defineLayer("bad", { call: (x) => ops.add(x, ops.reshape(x, [32])) })({ name: "B" })(image),
      '[bad "B"] ops.add: expected shapes whose axes are equal or 1, got [N, 4, 4, 2] and [N, 32]',
    ],
    ["no tensor", () => defineLayer("bad", { call: () => 3 as never })()(image), "[bad] call: expected a tensor"],
    [
      "a matrix product of two values",
      () => defineLayer("bad", { call: (x) => ops.matmul(x, x) })()(image),
      "[bad] ops.matmul kernel: expected a weight of the layer",
    ],
    [
      "the batch axis",
      () => defineLayer("bad", { call: (x) => ops.sum(x, { axis: 0 }) })()(image),
      "[bad] ops.sum axis: expected whole numbers from 1 to 3",
    ],
    [
      "a weight's shape",
      () => defineLayer("bad", { weights: () => ({ w: { shape: [0] } }), call: (x) => x })()(image),
      '[bad] weight "w" shape: expected one to three whole numbers',
    ],
    [
      "two inputs of a layer for one",
      () => defineLayer("bad", { call: (x) => x })()([image, image]),
      "[bad] expected one input tensor, got 2",
    ],
  ])("%s", (_, use, message) => {
    expect(use).toThrow(lenet5.InputError);
    expect(use).toThrow(message);
  });

  it("a function that is no loss", () => {
    expect(() => network(1).compile({ loss: ((t: unknown) => t) as never })).toThrow("wrap it in defineLoss");
  });

  it("a loss that does not depend on the outputs", async () => {
    const net = network(1);
    net.compile({ loss: defineLoss("constant", { call: (labels) => ops.mean(labels) }) });
    const labels = new Float32Array(210);
    await expect(net.fit({ images: data.images, labels }, { verbose: 0 })).rejects.toThrow(
      'loss "constant": expected a loss that depends on the outputs',
    );
  });

  it("a custom loss of probabilities on logits", () => {
    const net = model({ inputs: image, outputs: dense({ units: 3 })(flatten()(image)) });
    expect(() => net.compile({ loss: focal })).toThrow('expected probabilities for "my_focal"');
  });
});

it("a layer of several inputs, and one that declares probabilities", async () => {
  const mean = defineLayer("meanOf", {
    inputs: "several",
    call: (tensors) =>
      ops.multiply(
        tensors.reduce((sum, x) => ops.add(sum, x)),
        1 / tensors.length,
      ),
  });
  const share = defineLayer("share", {
    probabilities: "softmax",
    call: (x) => ops.divide(ops.add(ops.abs(x), 0.1), ops.sum(ops.add(ops.abs(x), 0.1))),
  });
  const image = input({ shape: [4] });
  const [a, b] = [dense({ units: 3 })(image), dense({ units: 3 })(image)];
  const net = model({ inputs: image, outputs: share()(mean()([a, b])) });
  net.compile({ loss: "sparse_categorical_crossentropy" });
  const { data: p } = await net.predict(noise([2, 4], 1));
  expect(p[0]! + p[1]! + p[2]!).toBeCloseTo(1, 5);
});

it("frozen weights of a custom layer stay, and weights of three axes are in Keras's order", async () => {
  const offset = defineLayer("offset", {
    weights: (_, shape) => ({ by: { shape, initializer: "zeros" } }),
    call: (x, { weights }) => ops.add(x, weights.by!),
  });
  const image = input({ shape: [2, 3, 2] });
  const layer = offset({ name: "O" });
  const net = model({ inputs: image, outputs: flatten()(layer(image)), threads: 2 });
  const by = Float32Array.from({ length: 12 }, (_, i) => i + 1);
  net.setWeights({ "O/by": by });
  expect([...(await net.predict({ shape: [2, 2, 3, 2], data: new Float32Array(24) })).data]).toEqual([...by, ...by]);
  expect([...(await net.predict({ shape: [2, 3, 2], data: new Float32Array(12) })).data]).toEqual([...by]);
  net.compile({ optimizer: lenet5.sgd({ learningRate: 6 }), loss: "mse" });
  const zero = { images: { shape: [4, 2, 3, 2], data: new Float32Array(48) }, labels: new Float32Array(48) };
  for (const batchSize of [4, 1]) {
    net.setWeights({ "O/by": by });
    await net.fit(
      { images: { shape: [1, 2, 3, 2], data: new Float32Array(12) }, labels: new Float32Array(12) },
      { batchSize, verbose: 0 },
    );
    expect([...net.weights.get("O/by")!.data].every((value) => Math.abs(value) < 1e-5)).toBe(true);
  }
  net.setWeights({ "O/by": by });
  await net.fit(zero, { batchSize: 4, verbose: 0 });
  expect([...net.weights.get("O/by")!.data].every((value) => Math.abs(value) < 1e-5)).toBe(true);
});

it("a layer without a finite value for 0 trains in batches that do not fill a block", async () => {
  const logarithm = defineLayer("logarithm", { call: (x) => ops.log(x) });
  const image = input({ shape: [3] });
  const hidden = logarithm()(dense({ units: 4, kernelInitializer: "ones", useBias: false })(image));
  const net = model({ inputs: image, outputs: dense({ units: 2, activation: "softmax" })(hidden) });
  net.compile({ loss: "sparse_categorical_crossentropy" });
  const images = { shape: [5, 3], data: Float32Array.from({ length: 15 }, (_, i) => 1 + (i % 4)) };
  const { history } = await net.fit({ images, labels: [0, 1, 0, 1, 0] }, { epochs: 2, verbose: 0 });
  expect(history.loss!.every(Number.isFinite)).toBe(true);
  expect(net.getWeights().every(({ data }) => data.every(Number.isFinite))).toBe(true);
});
