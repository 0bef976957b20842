/** Convolutions with groups or dilation, of each channel by itself, and transposed, against the float64 oracle. */
import { describe, expect, it } from "vitest";
import type { Model, SymbolicTensor } from "../../src/index.ts";
import * as lenet5 from "../../src/index.ts";
import { noise } from "./as-oracle.ts";
import { expectAsOracle } from "./expect-as-oracle.ts";

const { conv2d, conv2dTranspose, dense, depthwiseConv2d, flatten, input, separableConv2d } = lenet5;

type Build = (image: SymbolicTensor) => SymbolicTensor;

const wide = (filters: number): Build => conv2d({ filters, kernelSize: 1, activation: "tanh", name: "wide" });

const dilated = { filters: 6, kernelSize: 2, dilationRate: 2 } as const;

const cases: Record<string, Build> = {
  "conv2d, dilation 2": (x) => conv2d({ filters: 5, kernelSize: 3, dilationRate: 2, activation: "tanh" })(x),
  "conv2d, dilation 3x1, same": (x) =>
    conv2d({ filters: 4, kernelSize: [2, 4], dilationRate: [3, 1], padding: "same" })(x),
  "conv2d 5x5 to even sizes, dilated": (x) =>
    conv2d({ filters: 16, kernelSize: 5, dilationRate: [2, 1], padding: "same" })(
      conv2d({ filters: 6, kernelSize: [2, 2], name: "even" })(x),
    ),
  "conv2d whose dilated kernel covers the image": (x) =>
    conv2d({ filters: 3, kernelSize: [6, 5], dilationRate: 2, useBias: false })(x),
  "conv2d in 2 groups": (x) => conv2d({ filters: 6, kernelSize: 3, groups: 2 })(wide(4)(x)),
  "conv2d in 3 groups with one map each, strides 2, same": (x) =>
    conv2d({ filters: 3, kernelSize: [3, 2], strides: 2, padding: "same", groups: 3, activation: "relu" })(wide(6)(x)),
  "conv2d 5x5 in 2 groups": (x) => conv2d({ filters: 40, kernelSize: 5, groups: 2, padding: "same" })(wide(6)(x)),
  "conv2d in 2 groups over the whole image": (x) => conv2d({ filters: 4, kernelSize: [11, 9], groups: 2 })(wide(4)(x)),
  "conv2d in a group for each channel": (x) => conv2d({ filters: 6, kernelSize: 3, groups: 3 })(x),
  "depthwiseConv2d 3x3": (x) => depthwiseConv2d({ kernelSize: 3, activation: "tanh" })(x),
  "depthwiseConv2d of 9 channels, 2x4, strides 2, same": (x) =>
    depthwiseConv2d({ kernelSize: [2, 4], strides: 2, padding: "same" })(wide(9)(x)),
  "depthwiseConv2d, strides 2 with dilation 2x3": (x) =>
    depthwiseConv2d({ kernelSize: [3, 2], strides: 2, dilationRate: [2, 3], useBias: false })(x),
  "depthwiseConv2d, strides wider than the kernel": (x) => depthwiseConv2d({ kernelSize: 2, strides: 3 })(x),
  "depthwiseConv2d 5x5, three maps for each channel": (x) =>
    depthwiseConv2d({ kernelSize: 5, depthMultiplier: 3, padding: "same" })(x),
  "depthwiseConv2d 1x1 of one channel": (x) => depthwiseConv2d({ kernelSize: 1 })(wide(1)(x)),
  "depthwiseConv2d over the whole image": (x) => depthwiseConv2d({ kernelSize: [11, 9] })(x),
  "separableConv2d, strides 2, same": (x) =>
    separableConv2d({ filters: 7, kernelSize: 3, strides: 2, padding: "same", activation: "tanh" })(x),
  "separableConv2d, two maps for each channel, without bias": (x) =>
    separableConv2d({ filters: 2, kernelSize: [4, 3], depthMultiplier: 2, useBias: false })(x),
  "conv2dTranspose 3x3": (x) => conv2dTranspose({ filters: 5, kernelSize: 3, activation: "tanh" })(x),
  "conv2dTranspose, strides 2, same": (x) =>
    conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: "same" })(x),
  "conv2dTranspose 2x4, strides 3x2, same": (x) =>
    conv2dTranspose({ filters: 3, kernelSize: [2, 4], strides: [3, 2], padding: "same" })(x),
  "conv2dTranspose, strides wider than the kernel": (x) =>
    conv2dTranspose({ filters: 2, kernelSize: [1, 2], strides: 3 })(x),
  "conv2dTranspose, dilation 2x3, same": (x) =>
    conv2dTranspose({ filters: 4, kernelSize: [3, 2], dilationRate: [2, 3], padding: "same", useBias: false })(x),
  "conv2dTranspose, dilation 3x1": (x) => conv2dTranspose({ filters: 1, kernelSize: 2, dilationRate: [3, 1] })(x),
  "conv2dTranspose, outputPadding": (x) =>
    conv2dTranspose({ filters: 9, kernelSize: [3, 4], strides: [2, 3], outputPadding: [1, 2] })(x),
};

/** Image 11x9x2 -> conv 1x1, whose gradient depends on the case's input gradient -> the case -> dense softmax. */
function network(build: Build, threads: number, numerics: lenet5.Numerics): Model {
  const image = input({ shape: [11, 9, 2], name: "image" });
  const biasInitializer = { uniform: [-0.1, 0.1] } as const;
  const front = conv2d({ filters: 3, kernelSize: 1, name: "front", biasInitializer })(image);
  const end = dense({ units: 5, activation: "softmax", name: "end" })(flatten()(build(front)));
  return lenet5.model({ inputs: image, outputs: end, threads, numerics, seed: 7 });
}

describe.each(Object.entries(cases))("%s", (_, build) => {
  it.each<[number, number, lenet5.Numerics]>([
    [1, 1, "reproducible"],
    [1, 1, "fast"],
    [5, 2, "reproducible"],
    [37, 3, "reproducible"],
    [19, 2, "fast"],
  ])("agrees with the oracle for %i images on %i threads, %s", async (count, threads, numerics) => {
    await expectAsOracle(network(build, threads, numerics), count);
  });
});

it("one image by itself is normalized to the same bits as in a block", async () => {
  const maps = (x: SymbolicTensor) => conv2d({ filters: 6, kernelSize: 2, activation: "tanh" })(x);
  for (const layer of [
    lenet5.layerNormalization({ gammaInitializer: { uniform: [0.5, 2] } }),
    lenet5.groupNormalization({ groups: 2, betaInitializer: { uniform: [-1, 1] } }),
    lenet5.groupNormalization({ groups: -1 }),
    lenet5.unitNormalization(),
  ]) {
    const net = network((x) => layer(maps(x)), 1, "reproducible");
    const images = noise([3, 11, 9, 2], 8);
    const together = await net.predict(images);
    const alone = await net.predict({ shape: [1, 11, 9, 2], data: images.data.slice(198, 396) });
    expect(alone.data, layer.type).toEqual(together.data.slice(5, 10));
  }
});

it("vectors of zeros and maps of one value are normalized to zeros, with finite gradients", async () => {
  for (const layer of [
    lenet5.layerNormalization({ epsilon: 1e-30 }),
    lenet5.groupNormalization({ groups: 3, epsilon: 1e-30 }),
    lenet5.unitNormalization(),
  ]) {
    const net = network((x) => layer(x), 1, "reproducible");
    net.setWeights({ "front/kernel": new Float32Array(6), "front/bias": new Float32Array(3) });
    net.compile({ optimizer: "sgd", loss: "sparse_categorical_crossentropy" });
    const images = noise([3, 11, 9, 2], 8);
    const data = await net.predict(images);
    expect([...data.data].map((value) => Math.abs(value - 0.2) < 1e-6)).not.toContain(false);
    const { history } = await net.fit({ images, labels: [0, 1, 2] }, { batchSize: 3, verbose: 0 });
    expect(Math.abs(history.loss![0]! - Math.log(5))).toBeLessThan(1e-6);
    for (const [path, { data: values }] of net.weights) expect(values.every(Number.isFinite), path).toBe(true);
  }
});

it("one image by itself gives the same bits as in a block", async () => {
  const build: Build = (x) =>
    conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: "same" })(
      depthwiseConv2d({ kernelSize: 3, strides: 2, padding: "same" })(conv2d({ ...dilated, groups: 2 })(wide(6)(x))),
    );
  const net = network(build, 1, "reproducible");
  const images = noise([3, 11, 9, 2], 8);
  const together = await net.predict(images);
  const alone = await net.predict({ shape: [1, 11, 9, 2], data: images.data.slice(198, 396) });
  expect(alone.data).toEqual(together.data.slice(5, 10));
});
