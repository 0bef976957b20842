/** Operations that are computed with the one before them give the same numbers as by themselves. */
import { describe, expect, it, test } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { predictionProgram } from "../../src/model/programs.ts";
import { trainingProgram } from "../../src/model/training-programs.ts";
import { blockConvolutions } from "../../src/ops/conv2d/block-convolutions.ts";
import { distance, gradientLook, noise } from "../engine/as-oracle.ts";

const { activation, add, batchNormalization, conv2d, dense, flatten, maxPooling2d } = lenet5;
type Layers = (x: lenet5.SymbolicTensor) => lenet5.SymbolicTensor;

const normalized: Layers = (x) => batchNormalization({ name: "norm" })(x);
const relu: Layers = (x) => activation({ activation: "relu" })(x);

const folded: Record<string, Layers> = {
  conv2d: (x) => normalized(conv2d({ filters: 5, kernelSize: 3 })(x)),
  "conv2d without bias": (x) => normalized(conv2d({ filters: 5, kernelSize: 3, useBias: false })(x)),
  "conv2d by Winograd's algorithm": (x) =>
    normalized(conv2d({ filters: 16, kernelSize: 5 })(conv2d({ filters: 6, kernelSize: 1, padding: "same" })(x))),
  "conv2d in groups": (x) => normalized(conv2d({ filters: 6, kernelSize: 3, groups: 3 })(x)),
  "conv2d with a connection table": (x) =>
    normalized(conv2d({ filters: 3, kernelSize: 3, connectionTable: [[0], [1, 2], []] })(x)),
  "conv2d, ReLU and max pooling": (x) => maxPooling2d()(relu(normalized(conv2d({ filters: 5, kernelSize: 3 })(x)))),
  depthwiseConv2d: (x) => normalized(lenet5.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 })(x)),
  separableConv2d: (x) => relu(normalized(lenet5.separableConv2d({ filters: 5, kernelSize: 3 })(x))),
  conv2dTranspose: (x) =>
    normalized(lenet5.conv2dTranspose({ filters: 5, kernelSize: 3, strides: 2, padding: "same" })(x)),
  dense: (x) => relu(normalized(dense({ units: 7 })(flatten()(x)))),
  "dense, without gamma and beta": (x) =>
    batchNormalization({ name: "norm", center: false, scale: false })(dense({ units: 7 })(flatten()(x))),
};

const apart: Record<string, Layers> = {
  "an activation in between": (x) => normalized(conv2d({ filters: 5, kernelSize: 3, activation: "tanh" })(x)),
  "a second reader": (x) => {
    const maps = conv2d({ filters: 5, kernelSize: 3 })(x);
    return add()([maps, normalized(maps)]);
  },
  "another operation before": (x) => normalized(maxPooling2d()(x)),
};

const shape = [12, 12, 3] as const;
const images = noise([19, ...shape], 3);

function netOf(layers: Layers): lenet5.Model {
  const image = lenet5.input({ shape });
  const net = lenet5.model({ inputs: image, outputs: layers(image), seed: 3, threads: 2 });
  // Biases start at 0 and scales at 1, which would hide errors.
  for (const [path, { data }] of net.weights)
    if (/bias|beta|gamma|moving/.test(path)) net.setWeights({ [path]: data.map((_, i) => ((i % 5) + 1) / 4) });
  return net;
}

// biome-ignore lint/complexity/useLiteralKeys: reads a private property
const graphIn = (net: lenet5.Model) => net["core"].graph;
const data = { batchSize: 16, threads: 1, inputs: [{ bytesPerElement: 4 }] } as const;
const callsOf = (builder: ReturnType<typeof predictionProgram>) =>
  builder.finish().step.flatMap(({ calls }) => calls.map(({ wasmKernel }) => wasmKernel));

describe("batch normalization folded into the weights before it", () => {
  test.each(Object.entries(folded))("%s", async (_, layers) => {
    const net = netOf(layers);
    expect(callsOf(predictionProgram(graphIn(net), data, blockConvolutions))).not.toContain("scaleChannels");
    const { data: many } = await net.predict(images);
    const size = many.length / 19;
    const first = { shape: [1, ...shape], data: images.data.slice(0, 12 * 12 * 3) };
    // Every layer is an output there, so nothing is folded.
    const alone = (await net.layerOutputs(first)).layers;
    expect(distance(many.slice(0, size), alone[alone.length - 1]!.values)).toBeLessThan(2e-6);
    expect(distance((await net.predict(first)).data, many.slice(0, size))).toBeLessThan(2e-6);
  });

  test.each(Object.entries(apart))("not with %s", (_, layers) => {
    expect(callsOf(predictionProgram(graphIn(netOf(layers)), data, blockConvolutions))).toContain("scaleChannels");
  });

  it("is not done where the result in between is an output, which keeps its numbers", async () => {
    const image = lenet5.input({ shape });
    const maps = conv2d({ filters: 5, kernelSize: 3, name: "maps" })(image);
    const net = lenet5.model({ inputs: image, outputs: [maps, normalized(maps)], seed: 3 });
    net.setWeights({ "norm/moving_mean": [1, 2, 3, 4, 5] });
    const plain = lenet5.model({ inputs: image, outputs: maps });
    const [inner] = await net.predict(images);
    expect(inner!.data).toEqual((await plain.predict(images)).data);
  });

  it("follows changes of every weight", async () => {
    const net = netOf(folded.conv2d!);
    const before = (await net.predict(images)).data;
    for (const name of ["gamma", "beta", "moving_mean", "moving_variance"]) {
      net.setWeights({ [`norm/${name}`]: [5, 6, 7, 8, 9] });
      expect((await net.predict(images)).data, name).not.toEqual(before);
      net.setWeights({ [`norm/${name}`]: [1, 2, 3, 4, 5].map((value) => value / 4) });
      expect((await net.predict(images)).data, name).toEqual(before);
    }
  });
});

describe("in training", () => {
  const objectives = [{ loss: { type: "sparse_categorical_crossentropy" }, lossWeight: 1, metrics: [] }] as const;
  const end = (x: lenet5.SymbolicTensor) => dense({ units: 3, activation: "softmax" })(flatten()(x));
  const calls = (layers: Layers) =>
    callsOf(trainingProgram(graphIn(netOf((x) => end(layers(x)))), data, objectives, gradientLook));
  const maps = conv2d({ filters: 5, kernelSize: 3 });

  it("ReLU is part of batch normalization, and comes after a max pooling that alone reads it", () => {
    const fused = calls((x) => relu(normalized(maps(x))));
    expect(fused).toContain("normalize");
    expect(fused).not.toContain("relu");
    const order = calls((x) => maxPooling2d()(conv2d({ filters: 5, kernelSize: 3, activation: "relu" })(x)));
    expect(order.indexOf("relu")).toBeGreaterThan(order.indexOf("maxPooling"));
  });

  it("the penalty of an activity reads what the layer itself gives", () => {
    const activityRegularizer = { l2: 0.1 };
    const layer = batchNormalization({ activityRegularizer });
    expect(calls((x) => relu(layer(maps(x))))).toContain("relu");
    const rectified = conv2d({ filters: 5, kernelSize: 3, activation: "relu", activityRegularizer });
    const order = calls((x) => maxPooling2d()(rectified(x)));
    expect(order.indexOf("relu")).toBeLessThan(order.indexOf("maxPooling"));
  });

  const joined = "averagePoolingOfTanhBackward";
  const { averagePooling2d } = lenet5;
  const tanhMaps = conv2d({ filters: 5, kernelSize: 3, activation: "tanh" });

  it("the gradients of tanh and of an average pooling that alone reads it are one pass", () => {
    const fused = calls((x) => averagePooling2d()(tanhMaps(x)));
    expect(fused).toContain(joined);
    expect(fused).not.toContain("tanhBackward");
  });

  it.each<[string, Layers]>([
    [
      "another layer reads the tanh",
      (x) => {
        const read = tanhMaps(x);
        return add()([averagePooling2d()(read), maxPooling2d()(read)]);
      },
    ],
    [
      "the penalty of an activity reads the tanh",
      (x) => {
        const activityRegularizer = { l2: 0.1 };
        return averagePooling2d()(conv2d({ filters: 5, kernelSize: 3, activation: "tanh", activityRegularizer })(x));
      },
    ],
  ])("they are two where %s", (_, layers) => {
    const apart = calls(layers);
    expect(apart).not.toContain(joined);
    expect(apart).toContain("tanhBackward");
  });
});
