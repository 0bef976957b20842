import { describe, expect, it } from "vitest";
import type { Loss, LossName, Model, SymbolicTensor } from "../../src/index.ts";
import * as lenet5 from "../../src/index.ts";
import { activationNames } from "../../src/ops/activations/table.ts";
import { run } from "../oracle/network.ts";
import { tensor } from "../oracle/tensor.ts";
import { asOracle, distance, gradientLook, gradientsSeen, noise, oracleLoss } from "./as-oracle.ts";
import { BACKWARD, expectAsOracle } from "./expect-as-oracle.ts";

const { activation, add, averagePooling2d, batchNormalization, channelSlice, concatenate, conv2d } = lenet5;
const {
  cropping2d,
  dense,
  dropout,
  flatten,
  globalAveragePooling2d,
  input,
  maxPooling2d,
  rbf,
  rescaling,
  subsampling2d,
} = lenet5;
const { zeroPadding2d } = lenet5;

type Build = (image: SymbolicTensor) => SymbolicTensor;

/** Each case stands between two layers with weights, so that its input gradient is tested too. */
const cases: Record<string, Build> = {
  "conv2d 3x3": (x) => conv2d({ filters: 5, kernelSize: 3 })(x),
  "conv2d 5x5, relu": (x) => conv2d({ filters: 4, kernelSize: 5, activation: "relu" })(x),
  "conv2d 1x1": (x) => conv2d({ filters: 7, kernelSize: 1 })(x),
  "conv2d 2x4, strides 2x1": (x) => conv2d({ filters: 3, kernelSize: [2, 4], strides: [2, 1] })(x),
  "conv2d 3x3, strides 2, same": (x) => conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: "same" })(x),
  "conv2d 4x4, strides 3, same": (x) => conv2d({ filters: 4, kernelSize: 4, strides: 3, padding: "same" })(x),
  "conv2d 2x2, strides 3 (positions without a window)": (x) => conv2d({ filters: 2, kernelSize: 2, strides: 3 })(x),
  "conv2d without bias": (x) => conv2d({ filters: 3, kernelSize: 3, useBias: false })(x),
  "conv2d over the whole image": (x) => conv2d({ filters: 9, kernelSize: [11, 9], activation: "tanh" })(x),
  "conv2d with a channel that no map sees": (x) =>
    conv2d({ filters: 3, kernelSize: 3, connectionTable: [[0], [1], [0, 1]] })(x),
  "conv2d with connections": (x) =>
    conv2d({ filters: 6, kernelSize: 3, connectionTable: [[0], [0, 1, 2], [], [2, 1], [1], [0, 2]] })(x),
  "conv2d with many channels": (x) => {
    const wide = conv2d({ filters: 33, kernelSize: 1, activation: "tanh" })(x);
    return conv2d({ filters: 17, kernelSize: 3, padding: "same" })(wide);
  },
  averagePooling2d: (x) => averagePooling2d()(x),
  "averagePooling2d of windows that fill the image": (x) =>
    averagePooling2d()(conv2d({ filters: 5, kernelSize: 2 })(x)),
  "averagePooling2d of tanh": (x) => averagePooling2d()(conv2d({ filters: 5, kernelSize: 2, activation: "tanh" })(x)),
  "averagePooling2d of tanh, twice": (x) => {
    const a = conv2d({ filters: 5, kernelSize: 2, activation: "tanh" })(x);
    return concatenate()([averagePooling2d()(a), averagePooling2d()(a)]);
  },
  "averagePooling2d 3x2, strides 2x3, same": (x) =>
    averagePooling2d({ poolSize: [3, 2], strides: [2, 3], padding: "same" })(x),
  "averagePooling2d 3x3, overlapping": (x) => averagePooling2d({ poolSize: 3, strides: 1 })(x),
  maxPooling2d: (x) => maxPooling2d()(x),
  "maxPooling2d of windows that fill the image": (x) => maxPooling2d()(conv2d({ filters: 5, kernelSize: 2 })(x)),
  "maxPooling2d 3x3, overlapping, same": (x) => maxPooling2d({ poolSize: 3, strides: 2, padding: "same" })(x),
  subsampling2d: (x) => subsampling2d()(x),
  "subsampling2d 3x2, overlapping, sigmoid": (x) =>
    subsampling2d({ poolSize: [3, 2], strides: [2, 1], activation: "sigmoid" })(x),
  globalMaxPooling2d: (x) => lenet5.globalMaxPooling2d({ keepdims: true })(x),
  upSampling2d: (x) => lenet5.upSampling2d()(x),
  "upSampling2d 3x1": (x) => lenet5.upSampling2d({ size: [3, 1] })(x),
  "upSampling2d 2x3, bilinear": (x) => lenet5.upSampling2d({ size: [2, 3], interpolation: "bilinear" })(x),
  "upSampling2d of one row, bilinear": (x) =>
    lenet5.upSampling2d({ size: [4, 2], interpolation: "bilinear" })(cropping2d({ cropping: [5, 0] })(x)),
  layerNormalization: (x) => lenet5.layerNormalization()(x),
  "layerNormalization of 33 channels without beta": (x) =>
    lenet5.layerNormalization({ center: false, gammaInitializer: { uniform: [-1, 2] } })(
      conv2d({ filters: 33, kernelSize: [4, 3], activation: "tanh" })(x),
    ),
  "layerNormalization of a vector without gamma": (x) =>
    lenet5.layerNormalization({ scale: false, epsilon: 0.1 })(dense({ units: 7 })(flatten()(x))),
  "groupNormalization in 1 group": (x) =>
    lenet5.groupNormalization({ groups: 1, gammaInitializer: { uniform: [0.5, 2] } })(x),
  "groupNormalization in 2 groups": (x) =>
    lenet5.groupNormalization({ groups: 2, betaInitializer: { uniform: [-1, 1] } })(
      conv2d({ filters: 6, kernelSize: 2, activation: "tanh" })(x),
    ),
  "groupNormalization of each channel": (x) => lenet5.groupNormalization({ groups: -1, epsilon: 1e-2 })(x),
  "groupNormalization of a vector without weights": (x) =>
    lenet5.groupNormalization({ groups: 2, scale: false, center: false })(dense({ units: 8 })(flatten()(x))),
  unitNormalization: (x) => lenet5.unitNormalization()(x),
  globalAveragePooling2d: (x) => globalAveragePooling2d({ keepdims: true })(x),
  ...Object.fromEntries(
    activationNames.map((name): [string, Build] => [`activation ${name}`, (x) => activation({ activation: name })(x)]),
  ),
  "relu from a threshold": (x) => lenet5.relu({ threshold: 0.2 })(x),
  "relu with everything": (x) => lenet5.relu({ maxValue: 0.5, negativeSlope: 0.3, threshold: 0.1 })(x),
  "leakyRelu and elu": (x) => lenet5.elu({ alpha: 0.4 })(lenet5.leakyRelu()(x)),
  prelu: (x) => lenet5.prelu({ alphaInitializer: { uniform: [-0.5, 0.5] } })(x),
  "prelu, one slope for each map": (x) => lenet5.prelu({ alphaInitializer: { constant: 0.25 }, sharedAxes: [1, 2] })(x),
  "conv2d, gelu, between others in place": (x) =>
    conv2d({ filters: 5, kernelSize: 3, activation: "gelu" })(
      conv2d({ filters: 2, kernelSize: 3, activation: "silu" })(x),
    ),
  batchNormalization: (x) => batchNormalization()(x),
  "batchNormalization, its own momentum and epsilon": (x) => batchNormalization({ momentum: 0.9, epsilon: 1e-2 })(x),
  "two batchNormalizations": (x) => batchNormalization()(activation({ activation: "tanh" })(batchNormalization()(x))),
  "batchNormalization and relu": (x) => lenet5.relu()(batchNormalization()(x)),
  "batchNormalization, relu and maxPooling2d": (x) =>
    maxPooling2d()(activation({ activation: "relu" })(batchNormalization()(x))),
  "conv2d, relu and maxPooling2d, overlapping": (x) =>
    maxPooling2d({ poolSize: 3, strides: 2, padding: "same" })(
      conv2d({ filters: 5, kernelSize: 3, activation: "relu" })(x),
    ),
  zeroPadding2d: (x) =>
    zeroPadding2d({
      padding: [
        [1, 2],
        [3, 0],
      ],
    })(x),
  cropping2d: (x) =>
    cropping2d({
      cropping: [
        [1, 2],
        [3, 0],
      ],
    })(x),
  "cropping2d to one row": (x) => cropping2d({ cropping: [5, 1] })(x),
  rescaling: (x) => rescaling({ scale: 0.5, offset: -0.25 })(x),
  "dropout 0": (x) => dropout({ rate: 0 })(x),
  "reshape to a vector and back": (x) =>
    lenet5.reshape({ targetShape: [9, 11, 3] })(lenet5.reshape({ targetShape: [-1] })(x)),
  "reshape to two axes": (x) => lenet5.reshape({ targetShape: [33, 9] })(x),
  "reshape to one channel": (x) => lenet5.reshape({ targetShape: [11, 27, 1] })(x),
  ...Object.fromEntries(
    [
      [1, 2, 3],
      [2, 1, 3],
      [3, 1, 2],
      [2, 3, 1],
    ].map((dims): [string, Build] => [`permute ${dims}`, (x) => lenet5.permute({ dims })(x)]),
  ),
  "permute of two axes": (x) => lenet5.permute({ dims: [2, 1] })(lenet5.reshape({ targetShape: [11, -1] })(x)),
  ...Object.fromEntries(
    (["constant", "nearest", "wrap", "reflect"] as const).flatMap((fillMode): [string, Build][] => [
      [
        `randomTranslation by much, ${fillMode}`,
        (x) => lenet5.randomTranslation({ heightFactor: [0.8125, 0.8125], widthFactor: [-1, -1], fillMode })(x),
      ],
      [`randomRotation, ${fillMode}`, (x) => lenet5.randomRotation({ factor: [-0.12, -0.12], fillMode })(x)],
      [`randomZoom, ${fillMode}`, (x) => lenet5.randomZoom({ heightFactor: [0.75, 0.75], fillMode })(x)],
    ]),
  ),
  "a layer without weights, twice": (x) => maxPooling2d()(rescaling({ scale: 2 })(x)),
  "channelSlice and concatenate": (x) =>
    concatenate()([channelSlice({ start: 1, count: 2 })(x), channelSlice({ start: 0, count: 1 })(x), x]),
  "add of branches": (x) =>
    add()([x, activation({ activation: "tanh" })(x), conv2d({ filters: 3, kernelSize: 3, padding: "same" })(x)]),
  "concatenate of activations in place": (x) => {
    const a = conv2d({ filters: 2, kernelSize: 3, activation: "tanh" })(x);
    return concatenate()([a, a, activation({ activation: "sigmoid" })(a)]);
  },
};

/** Image 11x9x2 -> conv 1x1, whose gradient depends on the case's input gradient -> the case -> dense softmax. */
function network(build: Build, threads: number, numerics: lenet5.Numerics): Model {
  const image = input({ shape: [11, 9, 2], name: "image" });
  const front = conv2d({ filters: 3, kernelSize: 1, name: "front", biasInitializer: { uniform: [-0.1, 0.1] } })(image);
  const middle = build(front);
  const end = dense({ units: 5, activation: "softmax", name: "end" })(flatten()(middle));
  return lenet5.model({ inputs: image, outputs: end, threads, numerics, seed: 7 });
}

describe.each(Object.entries(cases))("%s", (_, build) => {
  it.each([
    [1, 1],
    [5, 2],
    [37, 3],
  ])("agrees with the oracle for %i images on %i threads", async (count, threads) => {
    await expectAsOracle(network(build, threads, "reproducible"), count);
  });

  it.each([1, 19])("agrees with the oracle for %i images with fast numerics", async (count) => {
    await expectAsOracle(network(build, 2, "fast"), count);
  });
});

it.each<[string, () => lenet5.Layer, Build?]>([
  ["batchNormalization", () => batchNormalization()],
  ["conv2d", () => conv2d({ filters: 3, kernelSize: 3, padding: "same", activation: "tanh" })],
  ["dense", () => dense({ units: 5, activation: "tanh" }), (x) => flatten()(x)],
])(
  "the gradient of a %s used twice is the sum of those of two layers with the same weights",
  async (_, make, before) => {
    const images = noise([21, 11, 9, 2], 5);
    const labels = Int32Array.from({ length: 21 }, (_, i) => i % 5);
    const gradients = async (first: lenet5.Layer, second: lenet5.Layer) => {
      const both: Build = (x) => add()([first(x), second(activation({ activation: "tanh" })(x))]);
      const model = network((x) => both(before?.(x) ?? x), 2, "reproducible");
      // Both start with the same weights, whatever the names of the layers are.
      const values = [...first.variables.values()].map(({ value }) => value.slice());
      [...second.variables.values()].forEach(({ path }, i) => {
        model.setWeights({ [path]: values[i]! });
      });
      model.compile({ optimizer: gradientLook, loss: "sparse_categorical_crossentropy" });
      await model.fit({ images, labels }, { batchSize: 21, verbose: 0 });
      const seen = gradientsSeen(model);
      return { first: first.name, second: second.name, seen };
    };
    const shared = make();
    const once = await gradients(shared, shared);
    const twice = await gradients(make(), make());
    for (const [path, values] of once.seen) {
      const [layer, weight] = path.split("/") as [string, string];
      const other = twice.seen.get(`${layer === once.first ? twice.second : layer}/${weight}`)!;
      const want = twice.seen.get(`${layer === once.first ? twice.first : layer}/${weight}`)!;
      const sum = layer === once.first ? want.map((value, i) => value + other[i]!) : want;
      // The gradient of the front's convolution depends on the input gradients. Initial kernels depend on the layers'
      // names.
      expect(distance(values, sum), path).toBeLessThan(BACKWARD);
    }
  },
);

it.each([4, 5])(
  "of equal numbers in a window, the first gets the gradient: an image of %s columns",
  async (columns) => {
    const equal = dense({ units: 4 * columns, kernelInitializer: "zeros", name: "equal" });
    const layers = (x: SymbolicTensor) =>
      maxPooling2d()(lenet5.reshape({ targetShape: [4, columns, 1] })(equal(flatten()(x))));
    const model = network(layers, 2, "reproducible");
    model.setWeights({ "equal/bias": new Float32Array(4 * columns) });
    model.compile({ optimizer: gradientLook, loss: "sparse_categorical_crossentropy" });
    await model.fit({ images: noise([17, 11, 9, 2], 4), labels: new Int32Array(17) }, { batchSize: 17, verbose: 0 });
    const gradient = gradientsSeen(model).get("equal/bias")!;
    const places = [...gradient.keys()].filter((i) => gradient[i] !== 0);
    expect(places).toEqual([0, 2, 2 * columns, 2 * columns + 2]);
  },
);

it("batchNormalization without gamma and beta equals that with gamma 1 and beta 0", async () => {
  const images = noise([23, 11, 9, 2], 3);
  const labels = Int32Array.from({ length: 23 }, (_, i) => i % 5);
  const look = async (options: lenet5.BatchNormalizationOptions) => {
    const model = network((x) => batchNormalization(options)(x), 2, "reproducible");
    model.compile({ optimizer: gradientLook, loss: "sparse_categorical_crossentropy" });
    await model.fit({ images, labels }, { batchSize: 23, verbose: 0 });
    return { gradient: gradientsSeen(model).get("front/kernel"), prediction: (await model.predict(images)).data };
  };
  expect(await look({ scale: false, center: false })).toEqual(await look({}));
});

describe("units of distances", () => {
  const centres = Array.from({ length: 5 }, (_, k) =>
    Array.from({ length: 7 }, (_, i) => ((i * 3 + k) % 4 < 2 ? 1 : -1)),
  );
  const distances = (options: Partial<lenet5.RbfOptions>, threads: number, numerics: lenet5.Numerics) => {
    const image = input({ shape: [6, 5, 2], name: "image" });
    const maps = conv2d({ filters: 3, kernelSize: 3, activation: "tanh", name: "front" })(image);
    const features = dense({ units: 7, activation: "scaled_tanh", name: "features" })(flatten()(maps));
    const end = rbf({ ...options, name: "end" })(features);
    return lenet5.model({ inputs: image, outputs: end, threads, numerics, seed: 5 });
  };
  const kinds: [string, Partial<lenet5.RbfOptions>][] = [
    ["fixed centres", { centres }],
    ["trainable centres", { centres, trainable: true }],
    ["centres of their own", { units: 5, trainable: true }],
  ];
  const losses: [string, LossName | Loss][] = [
    ["rbf_mse", "rbf_mse"],
    ["rbf_map", "rbf_map"],
    ["rbf_map of another j", lenet5.rbfMap({ j: 3 })],
  ];
  const each = kinds.flatMap(([kind, options]) => losses.map(([name, loss]) => ({ kind, options, name, loss })));

  it.each(each)("$kind, $name: agree with the oracle", async ({ options, loss }) => {
    for (const [count, threads] of [
      [1, 1],
      [5, 2],
      [37, 3],
    ] as const)
      await expectAsOracle(distances(options, threads, "reproducible"), count, loss);
    for (const count of [1, 19]) await expectAsOracle(distances(options, 2, "fast"), count, loss);
  });

  it("centres on the input itself", async () => {
    const image = input({ shape: [4], name: "image" });
    const end = rbf({ units: 3, trainable: true })(image);
    for (const count of [1, 20]) await expectAsOracle(lenet5.model({ inputs: image, outputs: end }), count, "rbf_map");
  });

  it.each([336, 2000])("rbf_map is finite and correct where every distance is at least %i", async (far) => {
    // Centres have a distance of 2 on one axis, and all images are far from them on the other.
    const image = input({ shape: [2], name: "image" });
    const x = dense({ units: 2, name: "x" })(image);
    const end = rbf({ centres: [1, -1, 3].map((at) => [at, 0]) })(x);
    const model = lenet5.model({ inputs: image, outputs: end });
    model.setWeights({ "x/kernel": [1, 0, 0, 1] });
    model.compile({ optimizer: gradientLook, loss: lenet5.rbfMap({ j: 2 * far }) });
    const images = { shape: [2, 2], data: Float32Array.of(0, Math.sqrt(far), 2, Math.sqrt(far)) };
    const labels = [1, 0];
    const { nodes, weights } = asOracle(model, true);
    const forward = run(nodes, { input: tensor(images.shape, images.data) }, weights);
    expect(Math.min(...forward.output.data)).toBeGreaterThan(far);
    const { value, backward } = oracleLoss(lenet5.rbfMap({ j: 2 * far }), labels)(forward.output);
    const { history } = await model.fit({ images, labels }, { batchSize: 2, shuffle: false, verbose: 0 });
    // A loss near 1 is the difference of two numbers near `far`, each rounded to float32.
    expect(Math.abs(history.loss![0]! - value)).toBeLessThan(far * 2 ** -22);
    expect(
      distance(gradientsSeen(model).get("x/kernel")!, forward.backward(backward()).weights.x![0]!.data),
    ).toBeLessThan(far * 2 ** -21);
  });
});

it.each(["reproducible", "fast"] as const)(
  "dropout drops about the given share, scales the rest and draws new numbers every step, %s",
  async (numerics) => {
    const image = input({ shape: [1000] });
    const x = dropout({ rate: 0.25 })(image);
    const end = dense({ units: 1, useBias: false, kernelInitializer: { constant: 1 }, name: "end" })(x);
    const model = lenet5.model({ inputs: image, outputs: end, numerics });
    // With targets 0 and inputs 1, the loss is the square of the sum of the kept inputs.
    model.compile({ optimizer: lenet5.sgd({ learningRate: 0 }), loss: "mean_squared_error" });
    const data = { images: { shape: [32, 1000], data: new Float32Array(32000).fill(1) }, labels: new Float32Array(32) };
    const { history } = await model.fit(data, { epochs: 3, verbose: 0 });
    // The mean of squares is 1000^2 plus the variance of a sum, 1000 x 0.25 / 0.75. Its standard deviation over 32
    // images is 6,450.
    for (const loss of history.loss!) expect(Math.abs(loss - 1_000_333)).toBeLessThan(4 * 6_450);
    expect(new Set(history.loss).size).toBe(3);
    expect((await model.predict(data.images)).data[0]).toBe(1000);
  },
);
