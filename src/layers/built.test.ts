/** Shapes, weights and costs that follow from a layer's options and its inputs, before there are any numbers. */
import { describe, expect, it } from "vitest";
import type { Shape } from "../core/tensor.ts";
import { activation } from "./activation.ts";
import { add } from "./add.ts";
import { average } from "./average.ts";
import { averagePooling2d } from "./average-pooling2d.ts";
import { batchNormalization } from "./batch-normalization.ts";
import { channelSlice } from "./channel-slice.ts";
import { concatenate } from "./concatenate.ts";
import { conv2d } from "./conv2d.ts";
import { conv2dTranspose } from "./conv2d-transpose.ts";
import { cropping2d } from "./cropping2d.ts";
import { dense } from "./dense.ts";
import { depthwiseConv2d } from "./depthwise-conv2d.ts";
import { dropout } from "./dropout.ts";
import { elu } from "./elu.ts";
import { flatten } from "./flatten.ts";
import { gaussianDropout } from "./gaussian-dropout.ts";
import { gaussianNoise } from "./gaussian-noise.ts";
import { globalAveragePooling2d } from "./global-average-pooling2d.ts";
import { globalMaxPooling2d } from "./global-max-pooling2d.ts";
import { groupNormalization } from "./group-normalization.ts";
import { input } from "./input.ts";
import type { BuiltLayer, SymbolicTensor } from "./layer.ts";
import { layerNormalization } from "./layer-normalization.ts";
import { leakyRelu } from "./leaky-relu.ts";
import { maxPooling2d } from "./max-pooling2d.ts";
import { maximum } from "./maximum.ts";
import { minimum } from "./minimum.ts";
import { multiply } from "./multiply.ts";
import { permute } from "./permute.ts";
import { prelu } from "./prelu.ts";
import { randomRotation } from "./random-rotation.ts";
import { randomTranslation } from "./random-translation.ts";
import { randomZoom } from "./random-zoom.ts";
import { rbf } from "./rbf.ts";
import type { LayerType } from "./registry.ts";
import { relu } from "./relu.ts";
import { rescaling } from "./rescaling.ts";
import { reshape } from "./reshape.ts";
import { separableConv2d } from "./separable-conv2d.ts";
import { softmax } from "./softmax.ts";
import { spatialDropout2d } from "./spatial-dropout2d.ts";
import { subsampling2d } from "./subsampling2d.ts";
import { subtract } from "./subtract.ts";
import { unitNormalization } from "./unit-normalization.ts";
import { upSampling2d } from "./up-sampling2d.ts";
import { zeroPadding2d } from "./zero-padding2d.ts";

const image = input({ shape: [6, 5, 3] });
const vector = input({ shape: [10] });
const connectionTable = [[0], [1, 2], [0, 1, 2], [2]];

interface Expected {
  readonly shape: Shape;
  readonly weights?: Readonly<Record<string, Shape>>;
  readonly connections?: number;
  readonly macs?: number;
}

/** A layer of each type, called. */
const cases: { readonly [Type in LayerType]: [call: () => SymbolicTensor, Expected] } = {
  input: [() => image, { shape: [6, 5, 3] }],
  conv2d: [
    () => conv2d({ filters: 4, kernelSize: [3, 2], strides: [2, 1], connectionTable })(image),
    // 2 x 4 positions; 7 pairs of a channel and a map with 6 weights each, and 4 biases.
    { shape: [2, 4, 4], weights: { kernel: [3, 2, 3, 4], bias: [4] }, connections: 8 * (7 * 6 + 4), macs: 8 * 7 * 6 },
  ],
  depthwiseConv2d: [
    () => depthwiseConv2d({ kernelSize: [3, 2], strides: [2, 1], depthMultiplier: 2 })(image),
    // 2 x 4 positions; each of 6 maps has 6 weights and a bias.
    { shape: [2, 4, 6], weights: { kernel: [3, 2, 3, 2], bias: [6] }, connections: 8 * 6 * 7, macs: 8 * 6 * 6 },
  ],
  separableConv2d: [
    () => separableConv2d({ filters: 4, kernelSize: [3, 2], strides: [2, 1], depthMultiplier: 2 })(image),
    {
      shape: [2, 4, 4],
      weights: { depthwise_kernel: [3, 2, 3, 2], pointwise_kernel: [1, 1, 6, 4], bias: [4] },
      connections: 8 * (6 * 6 + 4 * 7),
      macs: 8 * (6 * 6 + 4 * 6),
    },
  ],
  conv2dTranspose: [
    () => conv2dTranspose({ filters: 4, kernelSize: [3, 2], strides: [2, 1] })(image),
    // Each of 6 x 5 positions and 3 channels writes 6 numbers into 4 maps.
    {
      shape: [13, 6, 4],
      weights: { kernel: [3, 2, 4, 3], bias: [4] },
      connections: 30 * 3 * 6 * 4 + 13 * 6 * 4,
      macs: 30 * 3 * 6 * 4,
    },
  ],
  dense: [
    () => dense({ units: 4 })(vector),
    { shape: [4], weights: { kernel: [10, 4], bias: [4] }, connections: 44, macs: 40 },
  ],
  averagePooling2d: [
    () => averagePooling2d({ poolSize: [3, 2], strides: 2, padding: "same" })(image),
    { shape: [3, 3, 3], connections: 3 * 3 * 3 * 6 },
  ],
  maxPooling2d: [() => maxPooling2d()(image), { shape: [3, 2, 3], connections: 3 * 2 * 3 * 4 }],
  globalAveragePooling2d: [() => globalAveragePooling2d()(image), { shape: [3], connections: 90 }],
  globalMaxPooling2d: [() => globalMaxPooling2d()(image), { shape: [3], connections: 90 }],
  upSampling2d: [
    () => upSampling2d({ size: [2, 3], interpolation: "bilinear" })(image),
    { shape: [12, 15, 3], connections: 12 * 15 * 3 * 4, macs: 12 * 15 * 3 * 4 },
  ],
  flatten: [() => flatten()(image), { shape: [90] }],
  reshape: [() => reshape({ targetShape: [10, -1] })(image), { shape: [10, 9] }],
  permute: [() => permute({ dims: [2, 3, 1] })(image), { shape: [5, 3, 6] }],
  activation: [() => activation({ activation: "tanh" })(image), { shape: [6, 5, 3] }],
  relu: [() => relu({ maxValue: 6 })(image), { shape: [6, 5, 3] }],
  leakyRelu: [() => leakyRelu()(image), { shape: [6, 5, 3] }],
  elu: [() => elu()(image), { shape: [6, 5, 3] }],
  prelu: [
    () => prelu({ sharedAxes: [1, 2] })(image),
    { shape: [6, 5, 3], weights: { alpha: [1, 1, 3] }, connections: 90, macs: 90 },
  ],
  softmax: [() => softmax()(image), { shape: [6, 5, 3] }],
  dropout: [() => dropout({ rate: 0.5 })(image), { shape: [6, 5, 3] }],
  spatialDropout2d: [() => spatialDropout2d({ rate: 0.5 })(image), { shape: [6, 5, 3] }],
  gaussianNoise: [() => gaussianNoise({ stddev: 0.5 })(image), { shape: [6, 5, 3] }],
  gaussianDropout: [() => gaussianDropout({ rate: 0.5 })(image), { shape: [6, 5, 3] }],
  randomTranslation: [() => randomTranslation({ heightFactor: 0.1, widthFactor: 0.2 })(image), { shape: [6, 5, 3] }],
  randomRotation: [() => randomRotation({ factor: 0.1 })(image), { shape: [6, 5, 3] }],
  randomZoom: [() => randomZoom({ heightFactor: 0.1 })(image), { shape: [6, 5, 3] }],
  batchNormalization: [
    () => batchNormalization()(image),
    {
      shape: [6, 5, 3],
      weights: { gamma: [3], beta: [3], moving_mean: [3], moving_variance: [3] },
      connections: 180,
      macs: 90,
    },
  ],
  layerNormalization: [
    () => layerNormalization()(image),
    { shape: [6, 5, 3], weights: { gamma: [3], beta: [3] }, connections: 180, macs: 90 },
  ],
  groupNormalization: [
    () => groupNormalization({ groups: 1, center: false })(image),
    { shape: [6, 5, 3], weights: { gamma: [3] }, connections: 180, macs: 90 },
  ],
  unitNormalization: [() => unitNormalization()(image), { shape: [6, 5, 3], connections: 90, macs: 90 }],
  zeroPadding2d: [
    () =>
      zeroPadding2d({
        padding: [
          [1, 2],
          [4, 0],
        ],
      })(image),
    { shape: [9, 9, 3] },
  ],
  cropping2d: [
    () =>
      cropping2d({
        cropping: [
          [1, 2],
          [3, 0],
        ],
      })(image),
    { shape: [3, 2, 3] },
  ],
  rescaling: [() => rescaling({ scale: 2 })(image), { shape: [6, 5, 3], macs: 90 }],
  concatenate: [() => concatenate()([image, image]), { shape: [6, 5, 6] }],
  add: [() => add()([image, image]), { shape: [6, 5, 3] }],
  subtract: [() => subtract()([image, image]), { shape: [6, 5, 3] }],
  multiply: [() => multiply()([image, input({ shape: [3] })]), { shape: [6, 5, 3] }],
  average: [() => average()([input({ shape: [1, 5, 1] }), image]), { shape: [6, 5, 3] }],
  maximum: [() => maximum()([image, image]), { shape: [6, 5, 3] }],
  minimum: [() => minimum()([image, image]), { shape: [6, 5, 3] }],
  channelSlice: [() => channelSlice({ start: 1 })(image), { shape: [6, 5, 2] }],
  subsampling2d: [
    () => subsampling2d({ poolSize: [3, 2] })(image),
    { shape: [2, 2, 3], weights: { coefficient: [3], bias: [3] }, connections: 4 * 3 * 7, macs: 4 * 3 },
  ],
  rbf: [() => rbf({ units: 4 })(vector), { shape: [4], weights: { centres: [10, 4] }, connections: 40, macs: 40 }],
};

it.each(Object.entries(cases))("%s: output shape, weights, connections and multiply-adds", (type, [call, expected]) => {
  const tensor = call();
  const { built } = tensor.layer;
  expect(tensor.layer.type).toBe(type);
  expect(tensor.shape).toEqual(expected.shape);
  expect({
    shape: built.outputShape,
    weights: Object.fromEntries(built.weights.map(({ name, shape }) => [name, shape])),
    connections: built.connections,
    macs: built.macs,
  }).toEqual({ weights: {}, connections: 0, macs: 0, ...expected });
});

it("output shapes with other options", () => {
  expect(globalAveragePooling2d({ keepdims: true })(image).shape).toEqual([1, 1, 3]);
  expect(zeroPadding2d()(image).shape).toEqual([8, 7, 3]);
  expect(zeroPadding2d({ padding: [0, 2] })(image).shape).toEqual([6, 9, 3]);
  expect(cropping2d()(image).shape).toEqual([6, 5, 3]);
  expect(cropping2d({ cropping: [5, 4] })(input({ shape: [11, 9, 3] })).shape).toEqual([1, 1, 3]);
  expect(channelSlice({ start: 0, count: 3 })(image).shape).toEqual([6, 5, 3]);
  expect(channelSlice({ start: 2, count: 1 })(vector).shape).toEqual([1]);
  expect(flatten()(vector).shape).toEqual([10]);
  expect(conv2d({ filters: 1, kernelSize: [6, 5] })(image).shape).toEqual([1, 1, 1]);
  expect(concatenate()([vector, input({ shape: [4] }), vector]).shape).toEqual([24]);
});

it("without a bias, none is counted", () => {
  expect(dense({ units: 4, useBias: false })(vector).layer.built).toMatchObject({
    weights: [{ name: "kernel" }],
    connections: 40,
  });
  expect(conv2d({ filters: 2, kernelSize: 1, useBias: false })(image).layer.built).toMatchObject({
    weights: [{ name: "kernel" }],
    connections: 30 * 6,
  });
});

describe("conv2d's connection table", () => {
  const weightsOf = () => conv2d({ filters: 4, kernelSize: [3, 2], connectionTable })(image).layer.built.weights;

  it("counts only existing weights, and marks them", () => {
    const [kernel] = weightsOf();
    expect(kernel!.count).toBe(42);
    const pairs = new Set<string>();
    let existing = 0;
    for (let i = 0; i < 3 * 2 * 3 * 4; i++) {
      if (!kernel!.exists!(i)) continue;
      existing++;
      // [rows, columns, channels, filters]
      pairs.add(`${i % 4}: ${Math.floor(i / 4) % 3}`);
    }
    expect(existing).toBe(42);
    expect([...pairs].sort()).toEqual(["0: 0", "1: 1", "1: 2", "2: 0", "2: 1", "2: 2", "3: 2"]);
  });

  it("has fans of existing connections: the mean, and that of each map", () => {
    for (const { fans } of weightsOf()) {
      expect(fans).toMatchObject({ in: 42 / 4, out: 42 / 3 });
      expect([0, 1, 2, 3, 4].map(fans.inOf!)).toEqual([6, 12, 18, 6, 6]);
    }
  });

  it("by default connects every map with every channel", () => {
    const [all] = conv2d({ filters: 4, kernelSize: [3, 2] })(image).layer.built.weights;
    expect(all!.fans).toEqual({ in: 18, out: 24, inOf: undefined });
    expect(all!.count).toBe(72);
    expect(all!.exists).toBeUndefined();
  });

  it("is a copy of the given one", () => {
    const given = [[0, 1]];
    const layer = conv2d({ filters: 1, kernelSize: 1, connectionTable: given });
    given[0]!.push(5);
    given.push([]);
    expect(layer.config.connectionTable).toEqual([[0, 1]]);
  });
});

it("initial values and fans of other weights", () => {
  const weightsOf = (tensor: SymbolicTensor) =>
    tensor.layer.built.weights.map(({ name, initializer, fans, trainable }) => ({
      name,
      initializer,
      fans,
      trainable,
    }));
  const dense4 = dense({ units: 4, kernelInitializer: "ones", biasInitializer: { constant: 2 } })(vector);
  expect(weightsOf(dense4)).toEqual([
    { name: "kernel", initializer: "ones", fans: { in: 10, out: 4 } },
    { name: "bias", initializer: { constant: 2 }, fans: { in: 10, out: 4 } },
  ]);
  const subsampled = subsampling2d({ poolSize: [3, 2], biasInitializer: "zeros" })(image);
  expect(weightsOf(subsampled)).toEqual([
    { name: "coefficient", initializer: "lecun1998_uniform", fans: { in: 6, out: 1 } },
    { name: "bias", initializer: "zeros", fans: { in: 6, out: 1 } },
  ]);
  expect(weightsOf(batchNormalization()(image)).map(({ fans: _, ...weight }) => weight)).toEqual([
    { name: "gamma", initializer: "ones", trainable: true },
    { name: "beta", initializer: "zeros", trainable: true },
    { name: "moving_mean", initializer: "zeros", trainable: false },
    { name: "moving_variance", initializer: "ones", trainable: false },
  ]);
  const names = (center: boolean, scale: boolean) =>
    weightsOf(batchNormalization({ center, scale })(image)).map(({ name }) => name);
  expect(names(false, true)).toEqual(["gamma", "moving_mean", "moving_variance"]);
  expect(names(true, false)).toEqual(["beta", "moving_mean", "moving_variance"]);
});

it("rbf: the centres of the units are columns, trainable only on request", () => {
  const centres = [
    [1, 2, 3],
    [4, 5, 6],
  ];
  const three = input({ shape: [3] });
  expect(rbf({ centres })(three).layer.built.weights).toEqual([
    {
      name: "centres",
      shape: [3, 2],
      initializer: { values: [1, 4, 2, 5, 3, 6] },
      fans: { in: 3, out: 2 },
    },
  ]);
  expect(rbf({ centres })(three).layer.trainable).toBe(false);
  expect(rbf({ centres, units: 2, trainable: true })(three).layer.trainable).toBe(true);
  const drawn = rbf({ units: 2, centresInitializer: "ones" })(three).layer.built.weights[0]!;
  expect(drawn.initializer).toBe("ones");
  expect(rbf({ units: 2 })(three).layer.built.weights[0]!.initializer).toEqual({ uniform: [-1, 1] });
});

it("layers that end in a softmax, and layers whose outputs are distances", () => {
  const last = { activation: "softmax" } as const;
  const [conv, two] = [conv2d({ filters: 2, kernelSize: 1, ...last }), dense({ units: 2, ...last })];
  const ending = [activation(last)(vector), two(vector), conv(image), subsampling2d(last)(image)];
  expect(ending.map(({ layer }) => layer.built.endsInSoftmax)).toEqual([true, true, true, true]);
  const typesOf = (has: (built: BuiltLayer) => boolean | undefined) =>
    Object.entries(cases).flatMap(([type, [call]]) => (has(call().layer.built) ? [type] : []));
  expect(typesOf(({ endsInSoftmax }) => endsInSoftmax)).toEqual(["softmax"]);
  expect(typesOf(({ outputsDistances }) => outputsDistances)).toEqual(["rbf"]);
});

describe("a layer that is called again", () => {
  it("keeps its weights and its first output", () => {
    const layer = dense({ units: 2 });
    const first = layer(vector);
    const { built } = layer;
    const second = layer(input({ shape: [10] }));
    expect(layer.built).toBe(built);
    expect(layer.output).toBe(first);
    expect(second).not.toBe(first);
    expect(second.inputs).not.toEqual(first.inputs);
  });

  it("refuses inputs of another shape", () => {
    const layer = dense({ units: 2, name: "F6" });
    layer(vector);
    expect(() => layer(input({ shape: [4] }))).toThrow(
      '[dense "F6"] expected input [[10]] as in its first call, got [[4]]: make a second layer',
    );
  });
});

it.each<[string, () => unknown, string]>([
  ["one input", () => add()(image), "[add] expected at least two input tensors, got 1"],
  [
    "inputs of two shapes",
    () => add()([image, image, vector]),
    "[add] expected inputs whose axes are equal or 1, got [N, 6, 5, 3] and [N, 6, 5, 3] and [N, 10]",
  ],
  ["one input", () => concatenate()([image]), "[concatenate] expected at least two input tensors, got 1"],
  [
    "inputs of other rows",
    () => concatenate()([image, input({ shape: [5, 5, 3] })]),
    "[concatenate] expected inputs that differ in the last axis only, got [N, 6, 5, 3] and [N, 5, 5, 3]",
  ],
  ["no input", () => dense({ units: 1 })([]), "[dense] expected one input tensor, got 0"],
  [
    "no tensor",
    () => dense({ units: 1 })(undefined as never),
    "[dense] expected tensors made by input() or another layer, got undefined",
  ],
  [
    "a layer for its output",
    () => dense({ units: 1 })(flatten() as never),
    "[dense] expected tensors, got a layer: call it with its inputs first",
  ],
  [
    "an object",
    () => dense({ units: 1 })({ shape: [3] } as never),
    '[dense] expected tensors made by input() or another layer, got an object {"shape":[3]}',
  ],
  [
    "a vector",
    () => maxPooling2d()(vector),
    "[maxPooling2d] expected an image input [N, rows, columns, channels], got [N, 10]",
  ],
  [
    "channels that are not there",
    () => channelSlice({ start: 1, count: 3 })(image),
    "[channelSlice] expected channels within the input's 3, got 1 to 3",
  ],
  [
    "a start behind the last channel",
    () => channelSlice({ start: 3 })(image),
    "[channelSlice] expected channels within the input's 3, got 3 to 2",
  ],
  [
    "too few rows",
    () => conv2d({ filters: 1, kernelSize: [7, 1] })(image),
    '[conv2d] expected an input at least as large as the window of 7, got 6: use padding "same"',
  ],
  [
    "too few columns",
    () => averagePooling2d({ poolSize: [1, 6] })(image),
    '[averagePooling2d] expected an input at least as large as the window of 6, got 5: use padding "same"',
  ],
  [
    "a kernel of three sizes",
    () => conv2d({ filters: 1, kernelSize: [1, 2, 3] as never }),
    "[conv2d] kernelSize: expected a number or [rows, columns], got an array [1,2,3]",
  ],
  [
    "a kernel of half a row",
    () => conv2d({ filters: 1, kernelSize: [0.5, 1] }),
    "[conv2d] kernelSize: expected a whole number of at least 1, got 0.5",
  ],
  [
    "a kernel of no columns",
    () => conv2d({ filters: 1, kernelSize: [1, 0] }),
    "[conv2d] kernelSize: expected a whole number of at least 1, got 0",
  ],
  ...[3, -1, 0.5, "0"].map((channel): [string, () => unknown, string] => [
    `the input channel ${channel}`,
    () => conv2d({ filters: 2, kernelSize: 1, connectionTable: [[0], [1, channel as number]] })(image),
    `[conv2d] expected input channels below 3 in connectionTable[1], got ${JSON.stringify(channel)}: does`,
  ]),
  [
    "a connection table of numbers",
    () => conv2d({ filters: 2, kernelSize: 1, connectionTable: [0, 1] as never }),
    "[conv2d] connectionTable: expected a list of input channels for each filter, got an array [0,1]",
  ],
  [
    "a connection table with a number instead of a list",
    () => conv2d({ filters: 2, kernelSize: 1, connectionTable: [[0], 1] as never }),
    "[conv2d] connectionTable: expected a list of input channels for each filter, got an array [[0],1]",
  ],
  [
    "text for a connection table",
    () => conv2d({ filters: 2, kernelSize: 1, connectionTable: "I" as never }),
    '[conv2d] connectionTable: expected a list of input channels for each filter, got "I"',
  ],
  [
    "strides and dilation",
    () => conv2d({ filters: 1, kernelSize: 2, strides: [1, 2], dilationRate: [3, 1] }),
    "[conv2d] dilationRate: expected 1 with strides above 1, got dilationRate [3,1] and strides [1,2]: use one of the two",
  ],
  [
    "strides and dilation",
    () => conv2dTranspose({ filters: 1, kernelSize: 2, strides: 2, dilationRate: 2 }),
    "[conv2dTranspose] dilationRate: expected 1 with strides above 1, got dilationRate [2,2] and strides [2,2]",
  ],
  [
    "groups that do not divide the filters",
    () => conv2d({ filters: 4, kernelSize: 1, groups: 3 }),
    "[conv2d] groups: expected a divisor of the 4 filters, got 3",
  ],
  [
    "groups that do not divide the channels",
    () => conv2d({ filters: 4, kernelSize: 1, groups: 2 })(image),
    "[conv2d] expected channels in 2 groups of the same size, got 3",
  ],
  [
    "groups that do not divide the channels",
    () => groupNormalization()(image),
    "[groupNormalization] expected channels in 32 groups of the same size, got 3: set groups",
  ],
  ...[0, -2, 1.5, "1"].map((groups): [string, () => unknown, string] => [
    `${groups} groups`,
    () => groupNormalization({ groups: groups as number }),
    `[groupNormalization] groups: expected a whole number of at least 1, or -1 for a group of each channel, got ${JSON.stringify(groups)}`,
  ]),
  ...[0, 1e-50, Number.NaN, "1"].map((epsilon): [string, () => unknown, string] => [
    `the epsilon ${epsilon}`,
    () => layerNormalization({ epsilon: epsilon as number }),
    "[layerNormalization] epsilon: expected a finite number above 0, got ",
  ]),
  [
    "another axis",
    () => layerNormalization({ axis: 1 } as never),
    '[layerNormalization]: expected options "epsilon", "center"',
  ],
  [
    "a regularizer of a gamma that is not there",
    () => groupNormalization({ groups: 3, scale: false, gammaRegularizer: "l2" })(image),
    "[groupNormalization] gammaRegularizer: expected scale: true beside it, got a layer without that weight",
  ],
  [
    "an interpolation that there is not",
    () => upSampling2d({ interpolation: "bicubic" as never }),
    '[upSampling2d] interpolation: expected "nearest" or "bilinear", got "bicubic"',
  ],
  [
    "groups and a connection table",
    () => conv2d({ filters: 2, kernelSize: 1, groups: 2, connectionTable: [[0], [1]] }),
    "[conv2d] connectionTable: expected none with 2 groups: leave one of the two out",
  ],
  [
    "an outputPadding as large as the strides",
    () => conv2dTranspose({ filters: 1, kernelSize: 2, strides: 2, outputPadding: [1, 2] }),
    "[conv2dTranspose] outputPadding: expected less than the strides [2,2], got [1,2]: the last rows or columns would be empty",
  ],
  [
    "an outputPadding of half a row",
    () => conv2dTranspose({ filters: 1, kernelSize: 2, strides: 2, outputPadding: 0.5 }),
    "[conv2dTranspose] outputPadding: expected a whole number of at least 0, got 0.5",
  ],
  [
    "three outputPaddings",
    () => conv2dTranspose({ filters: 1, kernelSize: 2, outputPadding: [0, 0, 0] as never }),
    "[conv2dTranspose] outputPadding: expected a number or [rows, columns], got an array [0,0,0]",
  ],
  [
    "an outputPadding that leaves an even kernel without its last window",
    () => conv2dTranspose({ filters: 1, kernelSize: 2, strides: 2, padding: "same", outputPadding: 0 })(image),
    '[conv2dTranspose] expected an outputPadding with which 6 positions come from a convolution with padding "same", got 0: leave outputPadding out',
  ],
  [
    "centres of two features",
    () => rbf({ centres: [[1, 2]] })(vector),
    "[rbf] expected 2 features, as the centres have",
  ],
  ...[[], [[]], [1], "ab", [[1, "a"]], [[1], 2], [[1], [Number.NaN]]].map(
    (centres): [string, () => unknown, string] => [
      `centres ${JSON.stringify(centres)}`,
      () => rbf({ centres: centres as never }),
      "[rbf] centres: expected a row of finite numbers for each unit, all rows of one length",
    ],
  ),
  [
    "a shape of rows and columns only",
    () => input({ shape: [6, 5] }),
    "expected [rows, columns, channels] or [features], got [6, 5]",
  ],
  ["a shape of 0 features", () => input({ shape: [0] }), "[input] shape: expected a whole number of at least 1, got 0"],
  [
    "a number instead of a shape",
    () => input({ shape: 3 as never }),
    "[input] shape: expected [rows, columns, channels] or [features], got 3",
  ],
  ...[1, -0.1, Number.NaN, "0.5"].map((rate): [string, () => unknown, string] => [
    `the rate ${rate}`,
    () => dropout({ rate: rate as number }),
    `[dropout] rate: expected a number in [0, 1), got ${JSON.stringify(rate) === "null" ? "NaN" : JSON.stringify(rate)}`,
  ]),
  [
    "a padding below 0",
    () => zeroPadding2d({ padding: -1 }),
    "[zeroPadding2d] padding: expected a whole number of at least 0, got -1",
  ],
  [
    "a cropping of all rows",
    () => cropping2d({ cropping: [3, 0] })(image),
    "[cropping2d] expected a cropping that leaves a row and a column of 6x5, got 6 rows and 0 columns",
  ],
  [
    "a cropping of all columns",
    () =>
      cropping2d({
        cropping: [
          [0, 0],
          [1, 4],
        ],
      })(image),
    "[cropping2d] expected a cropping that leaves a row and a column of 6x5, got 0 rows and 5 columns",
  ],
  [
    "three paddings of one side",
    () => zeroPadding2d({ padding: [[1, 2, 3], 1] as never }),
    "[zeroPadding2d] padding: expected a number, [rows, columns] or [[top, bottom], [left, right]], got",
  ],
  [
    "a name that files reserve for metadata",
    () => flatten({ name: "__metadata__" }),
    '[flatten "__metadata__"] name: expected a text',
  ],
  [
    "a name that files reserve for the optimizer",
    () => flatten({ name: "optimizer" }),
    '[flatten "optimizer"] name: expected',
  ],
])("refuses %s %#", (_, make, message) => {
  expect(make).toThrow(message);
});

it("an error shows 60 characters of a name", () => {
  const name = "a".repeat(100);
  expect(() => dense({ units: 0, name })).toThrow(`[dense "${"a".repeat(60)}"] units`);
});
