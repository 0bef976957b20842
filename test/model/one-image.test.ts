/** The engine computes one image by itself with other wasm kernels than many. Both must give the same results. */
import { describe, expect, test } from "vitest";
import * as lenet5 from "../../src/index.ts";

const { averagePooling2d, conv2d, dense, dropout, flatten, maxPooling2d, model, rescaling } = lenet5;

type Layers = (x: lenet5.SymbolicTensor) => lenet5.SymbolicTensor;

/** Without a connection table the sums have the same order, and so the same bits. */
const exact: Record<string, Layers> = {
  "conv2d, filters of half a tile": (x) => conv2d({ filters: 3, kernelSize: 3 })(x),
  "conv2d, filters of a tile and a bit": (x) => conv2d({ filters: 9, kernelSize: [2, 4], activation: "relu" })(x),
  "conv2d with strides": (x) => conv2d({ filters: 6, kernelSize: 3, strides: [2, 3], activation: "tanh" })(x),
  "conv2d to maps narrower than a tile": (x) => conv2d({ filters: 5, kernelSize: [3, 8], activation: "sigmoid" })(x),
  "conv2d to maps of five columns": (x) => conv2d({ filters: 3, kernelSize: [2, 5], activation: "relu" })(x),
  "conv2d to two tiles of five columns": (x) => conv2d({ filters: 13, kernelSize: [3, 1], strides: [2, 1] })(x),
  "conv2d to one column": (x) => conv2d({ filters: 4, kernelSize: [2, 9] })(x),
  "conv2d over the whole image": (x) => conv2d({ filters: 40, kernelSize: [11, 9], activation: "scaled_tanh" })(x),
  "conv2d without bias": (x) => conv2d({ filters: 8, kernelSize: 1, useBias: false })(x),
  "conv2d twice": (x) =>
    conv2d({ filters: 17, kernelSize: [3, 2] })(conv2d({ filters: 5, kernelSize: 3, activation: "relu" })(x)),
  "average pooling": (x) => averagePooling2d({ poolSize: [2, 3], strides: 2 })(x),
  "average pooling of 2x2": (x) => averagePooling2d({ padding: "same" })(x),
  "max pooling of 2x2": (x) => maxPooling2d({ padding: "same" })(x),
  "max pooling with windows over the edge": (x) => maxPooling2d({ poolSize: 3, strides: 2, padding: "same" })(x),
  "subsampling of channels that fill no vector": (x) => lenet5.subsampling2d({ poolSize: [2, 3], strides: 2 })(x),
  "units of distances": (x) => lenet5.rbf({ units: 7 })(dense({ units: 6, activation: "scaled_tanh" })(flatten()(x))),
  "flatten of positions with padding": (x) => dense({ units: 33 })(flatten()(x)),
  "dense, one unit": (x) => dense({ units: 1, activation: "sigmoid" })(flatten()(x)),
  "softmax of units": (x) => dense({ units: 10, activation: "softmax" })(dropout({ rate: 0.5 })(flatten()(x))),
  "softmax of channels": (x) => conv2d({ filters: 6, kernelSize: 2, activation: "softmax" })(x),
  rescaling: (x) => rescaling({ scale: 0.5, offset: -0.1 })(x),
  add: (x) => lenet5.add()([x, rescaling({ scale: 2 })(x)]),
  "channelSlice and concatenate": (x) => {
    const slice = (start: number, channels: number) => lenet5.channelSlice({ start, count: channels })(x);
    return lenet5.concatenate()([slice(1, 2), slice(0, 1), conv2d({ filters: 6, kernelSize: 1 })(x), slice(0, 3)]);
  },
  "concatenate of vectors": (x) => {
    const units = (count: number) => dense({ units: count, activation: "relu" })(flatten()(x));
    return lenet5.concatenate()([units(5), units(1), units(8)]);
  },
  "batch normalization of channels that fill no vector": (x) =>
    lenet5.batchNormalization()(lenet5.zeroPadding2d({ padding: 1 })(x)),
  "batch normalization of units, without gamma and beta": (x) =>
    lenet5.batchNormalization({ center: false, scale: false, epsilon: 0.1 })(dense({ units: 6 })(flatten()(x))),
  "depthwise convolution with several maps of a channel": (x) =>
    lenet5.depthwiseConv2d({ kernelSize: [2, 3], padding: "same", depthMultiplier: 3, activation: "relu" })(x),
  "separable convolution with several maps of a channel": (x) =>
    lenet5.separableConv2d({ filters: 6, kernelSize: 3, depthMultiplier: 2 })(x),
  "no kernel for one image: computed in a block": (x) => lenet5.prelu({ alphaInitializer: { uniform: [0, 1] } })(x),
};

const shape = [11, 9, 3] as const;
const size = shape[0] * shape[1] * shape[2];
const bytes = Uint8Array.from({ length: 5 * size }, (_, i) => (i * 7919) % 256);
const many = { shape: [5, ...shape], data: bytes, scale: 1 / 255 };
const one = (i: number) => ({ shape: [1, ...shape], data: bytes.slice(i * size, (i + 1) * size), scale: 1 / 255 });

function netOf(layers: Layers, numerics: lenet5.Numerics = "reproducible"): lenet5.Model {
  const image = lenet5.input({ shape });
  const net = model({ inputs: image, outputs: layers(image), seed: 3, threads: 1, numerics });
  // Biases start at 0 and scales at 1, which would hide errors.
  for (const [path, { data }] of net.weights) {
    if (path.endsWith("bias")) net.setWeights({ [path]: data.map((_, i) => ((i % 7) - 3) / 10) });
    else if (/beta|gamma|moving/.test(path)) net.setWeights({ [path]: data.map((_, i) => ((i % 7) + 1) / 5) });
  }
  return net;
}

describe.each(["reproducible", "fast"] as const)("%s: one image by itself and among many", (numerics) => {
  test.each(Object.keys(exact))("%s", async (name) => {
    const net = netOf(exact[name], numerics);
    const { data } = await net.predict(many);
    const perImage = data.length / 5;
    for (const i of [0, 4]) {
      const alone = await net.predict(one(i));
      expect(alone.shape).toEqual([1, ...net.outputs.shape]);
      expect(alone.data).toEqual(data.slice(i * perImage, (i + 1) * perImage));
    }
  });
});

test.each(["reproducible", "fast"] as const)(
  "floats, an image without N, and several outputs, %s",
  async (numerics) => {
    const image = lenet5.input({ shape });
    const maps = conv2d({ filters: 6, kernelSize: 3 })(image);
    const net = model({ inputs: image, outputs: [maps, flatten()(maps)], seed: 1, numerics });
    const floats = { shape: [...shape], data: Float32Array.from(bytes.slice(0, size), (value) => value / 100) };
    const [a, b] = await net.predict(floats);
    const [all] = await net.predict({ shape: [2, ...shape], data: Float32Array.of(...floats.data, ...floats.data) });
    expect(a.data).toEqual(all.data.slice(0, a.data.length));
    expect(b.data).toEqual(a.data);
  },
);

/** Sums in another order, or other sums of the same value (Winograd's algorithm). */
const close: Record<string, Layers> = {
  "a connection table": (x) => conv2d({ filters: 4, kernelSize: 3, connectionTable: [[0], [1, 2], [], [2, 0, 1]] })(x),
  "3x3, as blocks by Winograd's algorithm": (x) =>
    conv2d({ filters: 17, kernelSize: 3 })(conv2d({ filters: 9, kernelSize: [2, 2], activation: "tanh" })(x)),
  "5x5, as blocks by Winograd's algorithm": (x) =>
    conv2d({ filters: 16, kernelSize: 5 })(conv2d({ filters: 6, kernelSize: [2, 2], activation: "tanh" })(x)),
};

test.each(Object.keys(close))("%s: equal up to rounding", async (name) => {
  const net = netOf(close[name]);
  const { data } = await net.predict(many);
  const alone = await net.predict(one(2));
  for (const [i, value] of alone.data.entries()) expect(value).toBeCloseTo(data[2 * alone.data.length + i]!, 6);
});

test("changed weights are used", async () => {
  const net = netOf((x) => dense({ units: 2, name: "d" })(flatten()(x)));
  const before = await net.predict(one(0));
  net.setWeights({ "d/bias": [5, 6] });
  const after = await net.predict(one(0));
  expect(after.data[0]! - before.data[0]!).toBeCloseTo(5.3, 4);
});

describe("classifier", () => {
  test("predicts synchronously what predict does, image after image", async () => {
    const net = netOf(exact["softmax of units"]);
    const classify = await net.classifier();
    for (const i of [0, 1, 2]) expect(classify(one(i))).toEqual((await net.predict(one(i))).data);
    const floats = await net.classifier({ numbers: "floats", scale: 1 });
    const data = Float32Array.from(one(1).data, (value) => Math.fround(value * Math.fround(1 / 255)));
    expect(floats({ shape: [1, ...shape], data })).toEqual(classify(one(1)));
  });

  test("images and options that do not fit are refused", async () => {
    const net = netOf(exact["softmax of units"]);
    const classify = await net.classifier();
    expect(() => classify(many)).toThrow("classifier: expected one image of bytes with scale");
    expect(() => classify({ ...one(0), scale: 1 })).toThrow("got 1 with scale 1");
    expect(() => classify({ ...one(0), shape: [1, 9, 11, 3] })).toThrow("expected");
    await expect(net.classifier({ numbers: "words" as "bytes" })).rejects.toThrow('expected "bytes" or "floats"');
    const other = netOf(exact["no kernel for one image: computed in a block"]);
    await expect(other.classifier()).rejects.toThrow("use predict");
  });
});
