/** Networks of a few layers with any options, for tests that no size leads a wasm kernel out of its buffers. */
import fc from "fast-check";
import * as lenet5 from "../../src/index.ts";

type Step = (x: lenet5.SymbolicTensor) => lenet5.SymbolicTensor;

const size = fc.integer({ min: 1, max: 5 });
/** What a user may write by mistake. */
const wrong = fc.constantFrom(0, -1, 1.5, Number.NaN, 9);
const anySize = fc.oneof({ weight: 30, arbitrary: size }, { weight: 1, arbitrary: wrong });
const pair = fc.oneof(anySize, fc.tuple(anySize, anySize));
const side = fc.integer({ min: 0, max: 3 });
const sides = fc.oneof(side, fc.tuple(side, side), fc.tuple(fc.tuple(side, side), fc.tuple(side, side)));
const padding = fc.constantFrom("valid" as const, "same" as const);
const activation = fc.constantFrom("linear" as const, "tanh" as const, "relu" as const, "softmax" as const);
const filters = fc.integer({ min: 1, max: 19 });
const factor = fc.oneof(fc.double({ min: -1, max: 1, noNaN: true }), fc.constantFrom(0, 1e-30, 3, 1e9, 1e30));
const fillMode = fc.constantFrom("reflect" as const, "constant" as const, "wrap" as const, "nearest" as const);
const interpolation = fc.constantFrom("nearest" as const, "bilinear" as const);
const table = fc.array(fc.array(fc.oneof({ weight: 20, arbitrary: fc.integer({ min: 0, max: 3 }) }, wrong)), {
  maxLength: 9,
});

/** A layer with its options: what builds it, which throws an InputError where they do not fit. */
const steps: readonly fc.Arbitrary<() => Step>[] = [
  fc.record({ filters, kernelSize: pair, padding, activation }).map((options) => () => lenet5.conv2d(options)),
  fc
    .record({ filters, kernelSize: pair, strides: pair, padding, dilationRate: pair })
    .map((options) => () => lenet5.conv2d(options)),
  // Mostly Winograd's algorithm.
  fc
    .record({ filters: fc.integer({ min: 4, max: 19 }), kernelSize: fc.constantFrom(3, 5), padding })
    .map((options) => () => lenet5.conv2d(options)),
  fc
    .record({ kernelSize: pair, connectionTable: table })
    .map((options) => () => lenet5.conv2d({ ...options, filters: options.connectionTable.length })),
  fc
    .record({ kernelSize: pair, strides: anySize, padding, depthMultiplier: size })
    .map((options) => () => lenet5.depthwiseConv2d(options)),
  fc
    .record({ filters, kernelSize: pair, strides: pair, padding })
    .map((options) => () => lenet5.conv2dTranspose(options)),
  fc.record({ poolSize: pair, strides: pair, padding }).map((options) => () => lenet5.maxPooling2d(options)),
  fc.record({ poolSize: pair, strides: pair, padding }).map((options) => () => lenet5.averagePooling2d(options)),
  fc.record({ poolSize: pair, activation }).map((options) => () => lenet5.subsampling2d(options)),
  fc.record({ keepdims: fc.constant(true) }).map((options) => () => lenet5.globalMaxPooling2d(options)),
  fc.record({ size: pair, interpolation }).map((options) => () => lenet5.upSampling2d(options)),
  fc.record({ padding: sides }).map((options) => () => lenet5.zeroPadding2d(options)),
  fc.record({ cropping: sides }).map((options) => () => lenet5.cropping2d(options)),
  fc.record({ start: anySize, count: anySize }).map((options) => () => lenet5.channelSlice(options)),
  fc.constantFrom([1, 2, 3], [2, 1, 3], [3, 1, 2], [3, 2, 1]).map((dims) => () => lenet5.permute({ dims })),
  fc.record({ groups: anySize }).map((options) => () => lenet5.groupNormalization(options)),
  fc.constant(() => lenet5.layerNormalization()),
  fc.constant(() => lenet5.batchNormalization()),
  fc.constant(() => lenet5.unitNormalization()),
  fc.constant(() => lenet5.prelu()),
  fc.constant(() => lenet5.spatialDropout2d({ rate: 0.5 })),
  fc.record({ factor, fillMode, interpolation }).map((options) => () => lenet5.randomRotation(options)),
  fc
    .record({ heightFactor: factor, widthFactor: factor, fillMode, interpolation })
    .map((options) => () => lenet5.randomTranslation(options)),
  fc
    .record({ heightFactor: factor, widthFactor: factor, fillMode, interpolation })
    .map((options) => () => lenet5.randomZoom(options)),
];

export const randomNetwork = fc.record({
  shape: fc.tuple(fc.integer({ min: 1, max: 13 }), fc.integer({ min: 1, max: 13 }), fc.integer({ min: 1, max: 9 })),
  layers: fc.array(fc.oneof(...steps), { minLength: 1, maxLength: 3 }),
  units: fc.integer({ min: 2, max: 35 }),
  count: fc.integer({ min: 1, max: 40 }),
  batchSize: fc.integer({ min: 1, max: 40 }),
  threads: fc.integer({ min: 1, max: 3 }),
  numerics: fc.constantFrom("reproducible" as const, "fast" as const),
  seed: fc.nat(),
});

/** The network: the layers on an image, and a dense layer. @throws InputError where a layer refuses its options */
export function networkOf({ shape, layers, units, threads, numerics }: RandomNetwork): lenet5.Model {
  const image = lenet5.input({ shape });
  const end = layers.reduce((x, layer) => layer()(x), image);
  const outputs = lenet5.dense({ units, activation: "softmax" })(lenet5.flatten()(end));
  return lenet5.model({ inputs: image, outputs, threads, numerics, seed: 1 });
}

export type RandomNetwork = typeof randomNetwork extends fc.Arbitrary<infer Value> ? Value : never;
