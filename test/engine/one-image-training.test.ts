/** Training on one image at a time uses other wasm kernels than training on many. Both must give the same result. */
import { describe, expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { trainingProgram } from "../../src/model/training-programs.ts";
import { type ActivationName, activationNames, activations } from "../../src/ops/activations/table.ts";
import { distance, gradientLook, gradientsSeen, noise } from "./as-oracle.ts";

const { activation, add, averagePooling2d, conv2d, dense, flatten, maxPooling2d, rescaling, subsampling2d } = lenet5;

// float32 sums in another order: see test/engine/layers.test.ts.
const BACKWARD = 2e-5;

type Layers = (x: lenet5.SymbolicTensor) => lenet5.SymbolicTensor;

/** A layer that is called twice in one network. */
function twice(layer: lenet5.Layer): Layers {
  return (x) => add()([layer(x), layer(activation({ activation: "tanh" })(x))]);
}

const isElementwise = (name: ActivationName) => activations[name].type !== "acrossChannels";

/** Layers with kernels for one image by itself, behind a convolution of 3 maps and before flatten and dense. */
const alone: Record<string, Layers> = {
  ...Object.fromEntries(
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 17].map((filters) => [
      `conv2d to ${filters} maps and on`,
      (x: lenet5.SymbolicTensor) =>
        conv2d({ filters: 3, kernelSize: [2, 3], activation: "sigmoid" })(
          conv2d({ filters, kernelSize: 3, activation: "tanh" })(x),
        ),
    ]),
  ),
  "conv2d, strides 2x3 that do not reach the last row and columns": (x) =>
    conv2d({ filters: 5, kernelSize: [3, 2], strides: [2, 3], activation: "relu" })(x),
  "conv2d, strides wider than the kernel": (x) => conv2d({ filters: 2, kernelSize: 2, strides: 3 })(x),
  "conv2d to two columns": (x) => conv2d({ filters: 5, kernelSize: [3, 8] })(x),
  "conv2d to one column": (x) => conv2d({ filters: 6, kernelSize: [3, 9], activation: "scaled_tanh" })(x),
  "conv2d without bias": (x) => conv2d({ filters: 7, kernelSize: 3, useBias: false })(x),
  "conv2d with a connection table: a channel that no map reads, a map without inputs": (x) =>
    conv2d({ filters: 5, kernelSize: 3, connectionTable: [[0], [2, 0], [], [2], [0, 2]] })(x),
  "conv2d over the whole image": (x) => conv2d({ filters: 33, kernelSize: [11, 9], activation: "scaled_tanh" })(x),
  "conv2d over the whole image, with a connection table": (x) =>
    conv2d({ filters: 2, kernelSize: [11, 9], connectionTable: [[1], [0, 2]] })(x),
  ...Object.fromEntries(
    [1, 10, 33, 84].map((units) => [
      `dense of ${units}`,
      (x: lenet5.SymbolicTensor) => dense({ units, activation: "scaled_tanh" })(flatten()(x)),
    ]),
  ),
  "dense of 33 after 5, after 35": (x) =>
    dense({ units: 33 })(dense({ units: 5, activation: "relu" })(dense({ units: 35, useBias: false })(flatten()(x)))),
  "conv2d, same": (x) => conv2d({ filters: 3, kernelSize: [3, 4], strides: 2, padding: "same" })(x),
  "conv2d, dilation 2x3": (x) => conv2d({ filters: 5, kernelSize: [3, 2], dilationRate: [2, 3] })(x),
  ...Object.fromEntries(
    [1, 4, 7].map((filters) => [
      `depthwiseConv2d of ${filters} channels, same`,
      (x: lenet5.SymbolicTensor) =>
        lenet5.depthwiseConv2d({ kernelSize: [2, 3], strides: [1, 2], padding: "same", activation: "tanh" })(
          conv2d({ filters, kernelSize: 2 })(x),
        ),
    ]),
  ),
  "depthwiseConv2d, strides 2, dilation 3, no bias": (x) =>
    lenet5.depthwiseConv2d({ kernelSize: 2, strides: 2, dilationRate: 3, useBias: false })(x),
  separableConv2d: (x) => lenet5.separableConv2d({ filters: 6, kernelSize: 3, activation: "tanh" })(x),
  ...Object.fromEntries(
    [1, 6, 9].map((filters) => [
      `conv2dTranspose to ${filters} maps, strides 2x1, same`,
      (x: lenet5.SymbolicTensor) =>
        lenet5.conv2dTranspose({ filters, kernelSize: [3, 2], strides: [2, 1], padding: "same", activation: "tanh" })(
          x,
        ),
    ]),
  ),
  "conv2dTranspose, strides wider than the kernel": (x) =>
    lenet5.conv2dTranspose({ filters: 2, kernelSize: 2, strides: 3 })(x),
  "conv2dTranspose, dilation 2": (x) =>
    lenet5.conv2dTranspose({ filters: 3, kernelSize: [2, 3], dilationRate: 2, useBias: false })(x),
  "depthwiseConv2d, used twice": twice(lenet5.depthwiseConv2d({ kernelSize: 3, padding: "same", name: "shared" })),
  "conv2dTranspose, used twice": twice(lenet5.conv2dTranspose({ filters: 3, kernelSize: 3, name: "shared" })),
  zeroPadding2d: (x) =>
    lenet5.zeroPadding2d({
      padding: [
        [1, 2],
        [3, 0],
      ],
    })(x),
  cropping2d: (x) =>
    lenet5.cropping2d({
      cropping: [
        [1, 2],
        [3, 0],
      ],
    })(x),
  averagePooling2d: (x) => averagePooling2d()(x),
  "averagePooling2d, same": (x) => averagePooling2d({ poolSize: [3, 2], strides: [2, 3], padding: "same" })(x),
  "averagePooling2d, overlapping": (x) => averagePooling2d({ poolSize: 3, strides: [1, 2] })(x),
  maxPooling2d: (x) => maxPooling2d()(x),
  "maxPooling2d, overlapping, same": (x) => maxPooling2d({ poolSize: 3, strides: 2, padding: "same" })(x),
  globalMaxPooling2d: (x) => lenet5.globalMaxPooling2d()(x),
  ...Object.fromEntries(
    [1, 6].flatMap((filters) =>
      (["nearest", "bilinear"] as const).map((interpolation) => [
        `upSampling2d of ${filters} maps, ${interpolation}`,
        (x: lenet5.SymbolicTensor) =>
          lenet5.upSampling2d({ size: [2, 3], interpolation })(conv2d({ filters, kernelSize: 3 })(x)),
      ]),
    ),
  ),
  globalAveragePooling2d: (x) => lenet5.globalAveragePooling2d()(x),
  subsampling2d: (x) => subsampling2d()(x),
  "subsampling2d of 5 maps, overlapping": (x) =>
    subsampling2d({ poolSize: [2, 3], strides: 1, activation: "sigmoid" })(conv2d({ filters: 5, kernelSize: 2 })(x)),
  ...Object.fromEntries(
    activationNames
      .filter(isElementwise)
      .map((name) => [`activation ${name}`, (x: lenet5.SymbolicTensor) => activation({ activation: name })(x)]),
  ),
  reshape: (x) => lenet5.reshape({ targetShape: [9, 3, 11] })(x),
  permute: (x) => lenet5.permute({ dims: [3, 1, 2] })(x),
  rescaling: (x) => rescaling({ scale: -0.5, offset: 2 })(x),
  "add of branches": (x) => add()([x, activation({ activation: "tanh" })(x), rescaling({ scale: 3 })(x), x]),
  "concatenate of 3 and 6 maps": (x) =>
    lenet5.concatenate()([x, conv2d({ filters: 6, kernelSize: 1, activation: "tanh" })(x), x]),
  "concatenate of vectors": (x) =>
    lenet5.concatenate()([dense({ units: 5 })(flatten()(x)), dense({ units: 3, activation: "tanh" })(flatten()(x))]),
  "channelSlice of 2 of 3 maps": (x) => lenet5.channelSlice({ start: 1, count: 2 })(x),
  "channelSlice of 6 of 9 maps": (x) =>
    lenet5.channelSlice({ start: 2, count: 6 })(conv2d({ filters: 9, kernelSize: 1 })(x)),
  "batchNormalization, frozen": (x) => lenet5.batchNormalization({ trainable: false })(x),
  "conv2d, used twice": twice(conv2d({ filters: 3, kernelSize: 2, name: "shared" })),
  "conv2d with a connection table, used twice": twice(
    conv2d({ filters: 3, kernelSize: 2, connectionTable: [[1], [0, 2], [2]], name: "shared" }),
  ),
  "conv2d over the whole image, used twice": twice(conv2d({ filters: 6, kernelSize: [11, 9], name: "shared" })),
  "dense, used twice": (x) => twice(dense({ units: 7, name: "shared" }))(flatten()(x)),
  "subsampling2d, used twice": twice(subsampling2d({ name: "shared" })),
};

/** Layers without such kernels: the network is trained in blocks at any batch size. */
const blocks: Record<string, Layers> = {
  batchNormalization: (x) => lenet5.batchNormalization()(x),
  layerNormalization: (x) => lenet5.layerNormalization()(x),
  groupNormalization: (x) => lenet5.groupNormalization({ groups: 3 })(x),
  unitNormalization: (x) => lenet5.unitNormalization()(x),
  dropout: (x) => lenet5.dropout({ rate: 0.4 })(x),
  "conv2d in groups": (x) =>
    conv2d({ filters: 4, kernelSize: 3, groups: 2 })(conv2d({ filters: 6, kernelSize: 1, name: "wide" })(x)),
  "depthwiseConv2d, two maps for each channel": (x) => lenet5.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 })(x),
  spatialDropout2d: (x) => lenet5.spatialDropout2d({ rate: 0.4 })(x),
  gaussianNoise: (x) => lenet5.gaussianNoise({ stddev: 0.3 })(x),
  gaussianDropout: (x) => lenet5.gaussianDropout({ rate: 0.2 })(x),
  "activation softmax": (x) => activation({ activation: "softmax" })(x),
};

const shape = [11, 9, 2] as const;

/** Weights from a seed and the layers' names, also for biases, which start as zeros. */
function network(layers: Layers, end: Layers, numerics: lenet5.Numerics = "reproducible"): lenet5.Model {
  const image = lenet5.input({ shape, name: "image" });
  const front = conv2d({ filters: 3, kernelSize: 1, activation: "tanh", name: "front" })(image);
  const net = lenet5.model({ inputs: image, outputs: end(flatten()(layers(front))), seed: 7, numerics, threads: 2 });
  for (const [path, { data }] of net.weights)
    if (path.endsWith("bias")) net.setWeights({ [path]: data.map((_, i) => ((i % 7) - 3) / 10) });
  return net;
}

const softmax: Layers = (x) => dense({ units: 5, activation: "softmax", name: "end" })(x);
const distances: Layers = (x) =>
  lenet5.rbf({ units: 5, trainable: true, name: "end" })(dense({ units: 6, activation: "scaled_tanh", name: "F6" })(x));

const images = noise([1, ...shape], 3);
const two = { shape: [2, ...shape], data: Float32Array.of(...images.data, ...images.data) };

/** The gradient of one image by itself must equal that of a batch with a second image of weight 0. */
async function expectAsInBlocks(net: lenet5.Model, loss: lenet5.LossName, labels = [3]): Promise<void> {
  // The second image of the batch counts in metrics, and noise changes other features of it.
  const alike = !net.layers.some(({ type }) => /[dD]ropout|Noise/.test(type));
  const metrics = alike ? (["accuracy", "top_3_accuracy"] as const) : [];
  const look = async (data: lenet5.LabelledImages, batchSize: number) => {
    net.compile({ optimizer: gradientLook, loss, metrics });
    const { history } = await net.fit(data, { batchSize, shuffle: false, verbose: 0 });
    return { history, seen: gradientsSeen(net) };
  };
  const sampleWeight = [2, 0];
  const many = await look({ images: two, labels: [...labels, ...labels], sampleWeight }, 2);
  const one = await look({ images, labels }, 1);
  expect(distance(one.history.loss!, many.history.loss!)).toBeLessThan(3e-6);
  expect(one.history.accuracy).toEqual(many.history.accuracy);
  expect(one.history.top_3_accuracy).toEqual(many.history.top_3_accuracy);
  // In any order: gradients of the whole batch come after those of blocks.
  expect([...one.seen.keys()].sort()).toEqual([...many.seen.keys()].sort());
  for (const [path, values] of one.seen) {
    const want = many.seen.get(path)!;
    // A bias before a batch normalization has the gradient 0.
    if (Math.max(...want.map(Math.abs)) > 1e-6) expect(distance(values, want), path).toBeLessThan(BACKWARD);
  }
}

/** The number of images of the program for a batch size of 1: one, or those of a block. */
function imagesOf(net: lenet5.Model, loss: lenet5.Loss): number {
  const data = { batchSize: 1, threads: 2, inputs: [{ bytesPerElement: 4 }] } as const;
  const objectives = [{ loss, lossWeight: 1, metrics: [] }];
  // biome-ignore lint/complexity/useLiteralKeys: reads a private property
  return trainingProgram(net["core"].graph, data, objectives, gradientLook).batchSize;
}

describe.each(["reproducible", "fast"] as const)("%s: one image by itself and in a block", (numerics) => {
  it.each(Object.entries(alone))("%s", async (_, layers) => {
    const net = network(layers, softmax, numerics);
    expect(imagesOf(net, { type: "sparse_categorical_crossentropy" })).toBe(1);
    await expectAsInBlocks(net, "sparse_categorical_crossentropy");
  });

  it.each(["rbf_mse", "rbf_map"] as const)("units of distances, %s", async (loss) => {
    const net = network((x) => subsampling2d()(x), distances, numerics);
    expect(imagesOf(net, { type: "rbf_mse" })).toBe(1);
    await expectAsInBlocks(net, loss);
  });

  it("other losses and ends", async () => {
    const targets = [0.1, 0.5, 0, 0.3, 0.1];
    await expectAsInBlocks(
      network((x) => x, softmax, numerics),
      "categorical_crossentropy",
      targets,
    );
    const sigmoid: Layers = (x) => dense({ units: 5, activation: "sigmoid", name: "end" })(x);
    for (const loss of ["mean_squared_error", "categorical_crossentropy"] as const)
      await expectAsInBlocks(
        network((x) => x, sigmoid, numerics),
        loss,
        targets,
      );
  });
});

it.each(Object.entries(blocks))("%s: computed in a block, with the same numbers", async (_, layers) => {
  const net = network(layers, softmax);
  expect(imagesOf(net, { type: "sparse_categorical_crossentropy" })).toBe(16);
  await expectAsInBlocks(net, "sparse_categorical_crossentropy");
});

it("a softmax that the loss does not replace by logits is computed in a block", async () => {
  const net = network((x) => x, softmax);
  expect(imagesOf(net, { type: "mean_squared_error" })).toBe(16);
  await expectAsInBlocks(net, "mean_squared_error", [0, 1, 0, 0, 0]);
});

it("an epoch equals its steps one by one, in the order of the images", async () => {
  const many = { images: noise([9, ...shape], 5), labels: Int32Array.from({ length: 9 }, (_, i) => (i * 2) % 5) };
  const size = many.images.data.length / 9;
  const step = (i: number) => ({
    images: { shape: [1, ...shape], data: many.images.data.slice(i * size, (i + 1) * size) },
    labels: many.labels.slice(i, i + 1),
  });
  const [inOne, inSteps, inBlocks] = [1, 2, 3].map(() => {
    const net = network((x) => subsampling2d()(x), distances);
    net.compile({ optimizer: lenet5.sgd({ learningRate: 0.01, momentum: 0.9 }), loss: "rbf_map" });
    return net;
  }) as [lenet5.Model, lenet5.Model, lenet5.Model];
  await inOne.fit(many, { batchSize: 1, shuffle: false, verbose: 0 });
  for (let i = 0; i < 9; i++) await inSteps.fit(step(i), { verbose: 0 });
  for (let i = 0; i < 9; i++) {
    const { images, labels } = step(i);
    const data = Float32Array.of(...images.data, ...images.data);
    const pair = { images: { shape: [2, ...shape], data }, labels: [labels[0]!, labels[0]!] };
    await inBlocks.fit(pair, { batchSize: 2, verbose: 0 });
  }
  const weights = ({ weights }: lenet5.Model) => [...weights].map(([path, { data }]) => [path, Array.from(data)]);
  expect(weights(inSteps)).toEqual(weights(inOne));
  for (const [path, { data }] of inBlocks.weights)
    expect(distance(inOne.weights.get(path)!.data, data), path).toBeLessThan(BACKWARD);
});
