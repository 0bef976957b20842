import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Random, random } from "../../src/core/random.ts";
import type { LayerType } from "../../src/index.ts";
import { type ActivationName, activationNames, activations } from "../../src/ops/activations/table.ts";
import { rbfMap } from "../../src/training/losses/rbf-map.ts";
import { checkedLoss, definitionOf, type LossName, lossNames } from "../../src/training/losses/table.ts";
import { activation, elementByElement, eluOf, rectified } from "./activations.ts";
import { batchNormalization } from "./batch-normalization.ts";
import { binaries, folded } from "./broadcast.ts";
import { channelSlice } from "./channel-slice.ts";
import { concatenate } from "./concatenate.ts";
import { conv2d } from "./conv2d.ts";
import { conv2dTranspose } from "./conv2d-transpose.ts";
import { cropping2d } from "./cropping2d.ts";
import { dense } from "./dense.ts";
import { depthwiseConv2d } from "./depthwise-conv2d.ts";
import { dropout } from "./dropout.ts";
import { flatten } from "./flatten.ts";
import { globalAveragePooling2d } from "./global-average-pooling2d.ts";
import { globalMaxPooling2d } from "./global-max-pooling2d.ts";
import { apart, gradientError, normals } from "./gradient-check.ts";
import { type LossPass, oracleLosses, sparseCategoricalCrossentropy } from "./losses.ts";
import { followedBy, type OracleNode, run, trainer } from "./network.ts";
import { sgd } from "./optimizers.ts";
import { averagePooling2d, maxPooling2d } from "./pooling2d.ts";
import { prelu } from "./prelu.ts";
import { type GivenGeometry, resampled } from "./random-geometry.ts";
import { rbf } from "./rbf.ts";
import { permute, reshape } from "./rearrange.ts";
import { rescaling } from "./rescaling.ts";
import { separableConv2d } from "./separable-conv2d.ts";
import { groupNormalization, layerNormalization } from "./set-normalization.ts";
import { subsampling2d } from "./subsampling2d.ts";
import { type OracleOp, type Tensor64, tensor } from "./tensor.ts";
import { unitNormalization } from "./unit-normalization.ts";
import { upSampling2d } from "./up-sampling2d.ts";
import { zeroPadding2d } from "./zero-padding2d.ts";

/** A right gradient leaves about 1e-10 (see gradientError); one wrong entry in a thousand would leave about 1e-3. */
const TOLERANCE = 1e-7;

/** Runs a check over seeded random configurations; a failure is shrunk and printed by fast-check. */
function always<Config>(configs: fc.Arbitrary<Config>, check: (config: Config, numbers: Random) => void): void {
  const seeds = fc.nat();
  fc.assert(
    fc.property(configs, seeds, (config, seed) => check(config, random(seed, "gradient check"))),
    { seed: 1998, numRuns: 40 },
  );
}

const size = (max: number, min = 1) => fc.integer({ min, max });
const padding = fc.constantFrom("valid" as const, "same" as const);
const pair = (max: number) => fc.tuple(size(max), size(max));
/** [N, H, W, C], large enough for windows of up to 3 x 3. */
const imageShape = fc.tuple(size(3), size(7, 3), size(7, 3), size(4));

/** Every type of layer; a layer without a check does not compile. */
const layerChecks: { readonly [Type in Exclude<LayerType, "input">]: () => void } = {
  /** Kernels, strides, paddings, with and without bias and connection table. */
  conv2d() {
    const configs = fc.record({
      shape: imageShape,
      kernelSize: pair(3),
      maps: size(4),
      strides: pair(3),
      padding,
      useBias: fc.boolean(),
      isPartial: fc.boolean(),
    });
    always(configs, ({ shape, kernelSize, maps, strides, padding, useBias, isPartial }, numbers) => {
      const [, , , C] = shape;
      const channels = Array.from({ length: C }, (_, c) => c);
      const table = Array.from({ length: maps }, () => numbers.shuffle([...channels]).slice(numbers.integer(C)));
      const kernel = normals([...kernelSize, C, maps], numbers);
      const weights = useBias ? [kernel, normals([maps], numbers)] : [kernel];
      const op = conv2d({ strides, padding, connectionTable: isPartial ? table : undefined });
      expect(gradientError(op, [normals(shape, numbers)], weights, numbers)).toBeLessThan(TOLERANCE);
    });
    const grouped = fc.record({ groups: size(3), own: size(2), maps: size(2), dilationRate: pair(3), padding });
    always(grouped, ({ groups, own, maps, ...options }, numbers) => {
      const weights = [normals([2, 3, own, groups * maps], numbers), normals([groups * maps], numbers)];
      const x = normals([2, 5, 8, groups * own], numbers);
      expect(gradientError(conv2d({ groups, ...options }), [x], weights, numbers)).toBeLessThan(TOLERANCE);
    });
  },
  depthwiseConv2d() {
    const configs = fc.record({
      shape: imageShape,
      kernelSize: pair(3),
      multiplier: size(3),
      strides: pair(3),
      isDilated: fc.boolean(),
      useBias: fc.boolean(),
    });
    always(configs, ({ shape, kernelSize, multiplier, strides, isDilated, useBias }, numbers) => {
      const C = shape[3];
      const kernel = normals([...kernelSize, C, multiplier], numbers);
      const weights = useBias ? [kernel, normals([C * multiplier], numbers)] : [kernel];
      const op = depthwiseConv2d(isDilated ? { dilationRate: strides, padding: "same" } : { strides });
      expect(gradientError(op, [normals(shape, numbers)], weights, numbers)).toBeLessThan(TOLERANCE);
    });
  },
  separableConv2d() {
    always(fc.record({ shape: imageShape, strides: pair(3), padding, maps: size(4) }), (config, numbers) => {
      const { shape, maps, ...options } = config;
      const kernels = [normals([2, 3, shape[3], 2], numbers), normals([1, 1, shape[3] * 2, maps], numbers)];
      const op = separableConv2d(options);
      expect(
        gradientError(op, [normals(shape, numbers)], [...kernels, normals([maps], numbers)], numbers),
      ).toBeLessThan(TOLERANCE);
    });
  },
  conv2dTranspose() {
    const configs = fc.record({ shape: imageShape, kernelSize: pair(3), strides: pair(3), padding, maps: size(4) });
    always(configs, ({ shape, kernelSize, maps, ...options }, numbers) => {
      const weights = [normals([...kernelSize, maps, shape[3]], numbers), normals([maps], numbers)];
      expect(gradientError(conv2dTranspose(options), [normals(shape, numbers)], weights, numbers)).toBeLessThan(
        TOLERANCE,
      );
    });
  },
  dense() {
    always(
      fc.record({ N: size(4), I: size(7), O: size(5), useBias: fc.boolean() }),
      ({ N, I, O, useBias }, numbers) => {
        const kernel = normals([I, O], numbers);
        const weights = useBias ? [kernel, normals([O], numbers)] : [kernel];
        expect(gradientError(dense(), [normals([N, I], numbers)], weights, numbers)).toBeLessThan(TOLERANCE);
      },
    );
  },
  /** Windows that overlap, leave gaps, reach over the edge. */
  averagePooling2d() {
    const configs = fc.record({ shape: imageShape, poolSize: pair(3), strides: pair(3), padding });
    always(configs, ({ shape, ...options }, numbers) => {
      expect(gradientError(averagePooling2d(options), [apart(shape, numbers)], [], numbers)).toBeLessThan(TOLERANCE);
    });
  },
  /** Windows that overlap, leave gaps, reach over the edge. */
  maxPooling2d() {
    const configs = fc.record({ shape: imageShape, poolSize: pair(3), strides: pair(3), padding });
    always(configs, ({ shape, ...options }, numbers) => {
      expect(gradientError(maxPooling2d(options), [apart(shape, numbers)], [], numbers)).toBeLessThan(TOLERANCE);
    });
  },
  globalAveragePooling2d() {
    always(fc.record({ shape: imageShape, keepdims: fc.boolean() }), ({ shape, ...options }, numbers) => {
      const op = globalAveragePooling2d(options);
      expect(op.forward([normals(shape, numbers)], []).output.shape).toHaveLength(options.keepdims ? 4 : 2);
      expect(gradientError(op, [normals(shape, numbers)], [], numbers)).toBeLessThan(TOLERANCE);
    });
  },
  globalMaxPooling2d() {
    always(imageShape, (shape, numbers) => {
      expect(gradientError(globalMaxPooling2d(), [apart(shape, numbers)], [], numbers)).toBeLessThan(TOLERANCE);
    });
  },
  upSampling2d() {
    const interpolation = fc.constantFrom("nearest" as const, "bilinear" as const);
    always(fc.record({ shape: imageShape, size: pair(3), interpolation }), ({ shape, ...options }, numbers) => {
      expect(gradientError(upSampling2d(options), [normals(shape, numbers)], [], numbers)).toBeLessThan(TOLERANCE);
    });
  },
  flatten() {
    always(imageShape, (shape, numbers) => {
      expect(gradientError(flatten(), [normals(shape, numbers)], [], numbers)).toBeLessThan(TOLERANCE);
    });
  },
  reshape() {
    always(imageShape, (shape, numbers) => {
      const op = reshape([shape[2], -1]);
      expect(gradientError(op, [normals(shape, numbers)], [], numbers)).toBeLessThan(TOLERANCE);
    });
  },
  permute() {
    const orders = fc.shuffledSubarray([1, 2, 3], { minLength: 3 });
    always(fc.record({ shape: imageShape, dims: orders }), ({ shape, dims }, numbers) => {
      expect(gradientError(permute(dims), [normals(shape, numbers)], [], numbers)).toBeLessThan(TOLERANCE);
    });
  },
  /** The activations have their own tests below. */
  activation() {
    activationCheck("tanh");
  },
  relu: () => slopesCheck(elementByElement(rectified({ maxValue: 0.4, negativeSlope: 0.3, threshold: 0.2 }))),
  leakyRelu: () => slopesCheck(elementByElement(rectified({ negativeSlope: 0.3 }))),
  elu: () => slopesCheck(elementByElement(eluOf(0.7))),
  /** With and without shared axes. */
  prelu() {
    always(fc.record({ shape: imageShape, shared: fc.subarray([1, 2, 3]) }), ({ shape, shared }, numbers) => {
      const alpha = normals(
        shape.slice(1).map((size, axis) => (shared.includes(axis + 1) ? 1 : size)),
        numbers,
      );
      expect(gradientError(prelu(), [apart(shape, numbers)], [alpha], numbers)).toBeLessThan(TOLERANCE);
    });
  },
  softmax() {
    activationCheck("softmax");
  },
  dropout() {
    always(imageShape, (shape, numbers) => {
      const mask = normals(shape, numbers);
      mask.data.forEach((value, i) => {
        // The first element is kept, so that there is something to compare.
        mask.data[i] = i === 0 || value > 0 ? 1 : 0;
      });
      const op = dropout({ rate: 0.4, mask });
      expect(gradientError(op, [normals(shape, numbers)], [], numbers)).toBeLessThan(TOLERANCE);
    });
  },
  /** Random numbers are factors or summands, which the oracle of dropout and that of a sum stand for. */
  spatialDropout2d() {
    activationCheck("linear");
  },
  gaussianNoise() {
    activationCheck("linear");
  },
  gaussianDropout() {
    activationCheck("linear");
  },
  randomTranslation: () => geometryCheck(([a, b]) => ({ heightFactor: [a, a], widthFactor: [b, b] })),
  randomRotation: () => geometryCheck(([a]) => ({ factor: [a, a] })),
  randomZoom: () => geometryCheck(([a, b]) => ({ heightFactor: [a, a], widthFactor: [b, b], zooms: true })),
  /** In training and in inference. */
  batchNormalization() {
    const configs = fc.record({
      shape: fc.tuple(size(4, 2), size(4), size(5), size(4)),
      training: fc.boolean(),
      flat: fc.boolean(),
    });
    always(configs, ({ shape, training, flat }, numbers) => {
      const C = shape[3];
      const weights = [1, 2, 3].map(() => normals([C], numbers));
      const variance = tensor(
        [C],
        Array.from({ length: C }, () => numbers.uniform(0.5, 2)),
      );
      const x = normals(flat ? [7, C] : shape, numbers);
      const op = batchNormalization({ training });
      expect(gradientError(op, [x], [...weights, variance], numbers)).toBeLessThan(TOLERANCE);
    });
  },
  layerNormalization() {
    const configs = fc.record({ shape: imageShape, scale: fc.boolean(), center: fc.boolean() });
    always(configs, ({ shape, scale, center }, numbers) => {
      // Of two channels or more: one alone is always 0.
      const C = shape[3] + 1;
      const weights = [scale, center].flatMap((has) => (has ? [normals([C], numbers)] : []));
      const x = normals([...shape.slice(0, 3), C], numbers);
      expect(gradientError(layerNormalization({ scale, center }), [x], weights, numbers)).toBeLessThan(TOLERANCE);
    });
  },
  groupNormalization() {
    const configs = fc.record({ shape: imageShape, groups: size(3), own: size(3), ofOne: fc.boolean() });
    always(configs, ({ shape, groups, own, ofOne }, numbers) => {
      const C = groups * own;
      const op = groupNormalization({ groups: ofOne ? -1 : groups });
      const weights = [normals([C], numbers), normals([C], numbers)];
      const x = normals([...shape.slice(0, 3), C], numbers);
      expect(gradientError(op, [x], weights, numbers)).toBeLessThan(TOLERANCE);
    });
  },
  unitNormalization() {
    always(imageShape, (shape, numbers) => {
      const x = normals([...shape.slice(0, 3), shape[3] + 1], numbers);
      expect(gradientError(unitNormalization(), [x], [], numbers)).toBeLessThan(TOLERANCE);
    });
  },
  zeroPadding2d() {
    const side = fc.tuple(fc.nat(3), fc.nat(3));
    always(fc.record({ shape: imageShape, padding: fc.tuple(side, side) }), ({ shape, padding }, numbers) => {
      expect(gradientError(zeroPadding2d({ padding }), [normals(shape, numbers)], [], numbers)).toBeLessThan(TOLERANCE);
    });
  },
  cropping2d() {
    // At most two of the rows or columns, of which there are at least three.
    const side = fc.tuple(fc.nat(1), fc.nat(1));
    always(fc.record({ shape: imageShape, cropping: fc.tuple(side, side) }), ({ shape, cropping }, numbers) => {
      expect(gradientError(cropping2d({ cropping }), [normals(shape, numbers)], [], numbers)).toBeLessThan(TOLERANCE);
    });
  },
  rescaling() {
    always(imageShape, (shape, numbers) => {
      expect(gradientError(rescaling({ scale: -0.7, offset: 2 }), [normals(shape, numbers)], [], numbers)).toBeLessThan(
        TOLERANCE,
      );
    });
  },
  /** Of one to four inputs. */
  concatenate() {
    const configs = fc.record({ shape: imageShape, channels: fc.array(size(3), { minLength: 1, maxLength: 4 }) });
    always(configs, ({ shape, channels }, numbers) => {
      const inputs = channels.map((c) => normals([...shape.slice(0, 3), c], numbers));
      expect(gradientError(concatenate(), inputs, [], numbers)).toBeLessThan(TOLERANCE);
    });
  },
  add: () => mergeCheck(folded(binaries.add)),
  subtract: () => mergeCheck(folded(binaries.subtract), 2),
  multiply: () => mergeCheck(folded(binaries.multiply)),
  average: () => mergeCheck(folded(binaries.add, (count) => 1 / count)),
  maximum: () => mergeCheck(folded(binaries.maximum)),
  minimum: () => mergeCheck(folded(binaries.minimum)),
  channelSlice() {
    always(fc.record({ shape: imageShape, ends: pair(4) }), ({ shape, ends: [start, count] }, numbers) => {
      const wide = [...shape.slice(0, 3), start + count + 1];
      const op = channelSlice({ start, stop: start + count });
      expect(gradientError(op, [normals(wide, numbers)], [], numbers)).toBeLessThan(TOLERANCE);
    });
  },
  /** Windows that overlap or leave gaps. */
  subsampling2d() {
    always(fc.record({ shape: imageShape, poolSize: pair(3), strides: pair(3) }), ({ shape, ...options }, numbers) => {
      const weights = [normals([shape[3]], numbers), normals([shape[3]], numbers)];
      const op = followedBy(subsampling2d(options), activation("scaled_tanh"));
      expect(gradientError(op, [normals(shape, numbers)], weights, numbers)).toBeLessThan(TOLERANCE);
    });
  },
  rbf() {
    always(fc.record({ N: size(4), I: size(7), K: size(5) }), ({ N, I, K }, numbers) => {
      const centres = normals([I, K], numbers);
      expect(gradientError(rbf(), [normals([N, I], numbers)], [centres], numbers)).toBeLessThan(TOLERANCE);
    });
  },
};

/** In every fill mode and interpolation. */
function geometryCheck(of: (numbers: [number, number]) => GivenGeometry): void {
  const factor = fc.double({ min: -0.9, max: 1, noNaN: true });
  const configs = fc.record({
    shape: imageShape,
    numbers: fc.tuple(factor, factor),
    fillMode: fc.constantFrom("constant", "nearest", "wrap", "reflect"),
    interpolation: fc.constantFrom("bilinear", "nearest"),
  });
  always(configs, ({ shape, numbers: given, fillMode, interpolation }, numbers) => {
    const op = resampled({ ...of(given), fillMode, interpolation, fillValue: 0.5 });
    // All of an image may have moved out of sight.
    const x = normals(shape, numbers);
    if (op.forward([x], []).output.data.every((value) => value === 0.5)) return;
    expect(gradientError(op, [x], [], numbers)).toBeLessThan(TOLERANCE);
  });
}

function slopesCheck(op: OracleOp): void {
  always(imageShape, (shape, numbers) => {
    expect(gradientError(op, [apart(shape, numbers)], [], numbers)).toBeLessThan(TOLERANCE);
  });
}

function activationCheck(name: ActivationName): void {
  always(fc.array(size(5), { minLength: 1, maxLength: 3 }), (shape, numbers) => {
    // softmax over one element is constant: no slope to compare
    const nonConstant = activations[name].type === "acrossChannels" ? [...shape, 3] : shape;
    // Divided by 2, the values stay where sigmoid and tanh still have a slope; the kinks of ReLU and others, at 0, 3 and
    // 6, are 0.025 or more away.
    const x = rescaling({ scale: 0.5 }).forward([apart(nonConstant, numbers)], []).output;
    expect(gradientError(activation(name), [x], [], numbers)).toBeLessThan(TOLERANCE);
  });
}

/** Of two to `most` inputs, of which every second has one number for each channel, or one for each position. */
function mergeCheck(op: OracleOp, most = 4): void {
  const configs = fc.record({ shape: imageShape, count: fc.integer({ min: 2, max: most }) });
  always(configs, ({ shape: [N, H, W, C], count }, numbers) => {
    // Parts of one array, so that no two numbers are equal.
    const { data } = apart([count, N, H, W, C], numbers);
    const inputs = Array.from({ length: count }, (_, i) => {
      const shape = [
        [N, H, W, C],
        [N, 1, 1, C],
        [N, H, W, C],
        [N, H, W, 1],
      ][i]!;
      const { length } = tensor(shape).data;
      return tensor(shape, data.subarray(i * N * H * W * C, i * N * H * W * C + length));
    });
    expect(gradientError(op, inputs, [], numbers)).toBeLessThan(TOLERANCE);
  });
}

/** Behind the operation whose outputs the loss is made for, with and without sample weights. */
function lossCheck(name: LossName): void {
  const loss = checkedLoss("loss", name === "rbf_map" ? rbfMap({ j: 0.1 }) : name);
  const { outputs, targets } = definitionOf(loss);
  const before = { probabilities: activation("softmax"), distances: rbf(), any: activation("linear") }[outputs];
  const configs = fc.record({ N: size(5), K: size(5, 2), weighted: fc.boolean() });
  always(configs, ({ N, K, weighted }, numbers) => {
    const sampleWeights = weighted ? Array.from({ length: N }, () => numbers.uniform(0.1, 2)) : undefined;
    const labels =
      targets === "classes"
        ? Array.from({ length: N }, () => numbers.integer(K))
        : activation("softmax").forward([normals([N, K], numbers)], []).output.data;
    const value = lossOp((output) => oracleLosses[name](loss as never)(output, labels, sampleWeights));
    const [input, weights] =
      outputs === "distances" ? [normals([N, 3], numbers), [normals([3, K], numbers)]] : [normals([N, K], numbers), []];
    expect(gradientError(followedBy(before, value), [input], weights, numbers)).toBeLessThan(TOLERANCE);
  });
}

describe("backward is the derivative of forward", () => {
  it.each(Object.entries(layerChecks))("%s", (_, check) => check());

  it.each(activationNames)("activation %s", activationCheck);

  it.each(lossNames)("loss %s", lossCheck);

  it("the kernel entry of a missing connection of conv2d has no gradient and no effect", () => {
    const numbers = random(1);
    const op = conv2d({ connectionTable: [[0], [1]] });
    const x = normals([1, 4, 4, 2], numbers);
    const kernel = normals([3, 3, 2, 2], numbers);
    const pass = op.forward([x], [kernel]);
    const [dKernel] = pass.backward(normals(pass.output.shape, numbers)).weights;
    const cut = kernel.data.map((value, i) => ([1, 2].includes(i % 4) ? 0 : value));
    expect(op.forward([x], [tensor(kernel.shape, cut)]).output).toEqual(pass.output);
    expect(conv2d().forward([x], [tensor(kernel.shape, cut)]).output).toEqual(pass.output);
    for (const [i, value] of dKernel.data.entries()) expect(value === 0).toBe([1, 2].includes(i % 4));
  });

  it("a network in which two nodes read one activation, a node has two inputs, and a loss", () => {
    const numbers = random(3);
    const nodes: OracleNode[] = [
      { name: "conv", op: followedBy(conv2d({ padding: "same" }), activation("scaled_tanh")) },
      { name: "left", op: channelSlice({ start: 0, stop: 2 }) },
      { name: "right", op: channelSlice({ start: 1, stop: 3 }), inputs: ["conv"] },
      { name: "sum", op: folded(binaries.add), inputs: ["left", "right", "other"] },
      { name: "both", op: concatenate(), inputs: ["conv", "sum"] },
      { name: "norm", op: batchNormalization({ training: true }) },
      { name: "mean", op: globalAveragePooling2d() },
      { name: "dense", op: followedBy(dense(), activation("softmax")) },
      { name: "loss", op: lossOp((output) => sparseCategoricalCrossentropy(output, [2, 0, 1])) },
    ];
    /** The node of each weight; the moving statistics go last, since they have no gradient. */
    const owners = ["conv", "conv", "norm", "norm", "dense", "dense", "norm", "norm"];
    /** The network as one operation with its weights in a row. */
    const whole: OracleOp = {
      forward([input, other], weights) {
        const byNode: Record<string, Tensor64[]> = {};
        for (const [i, owner] of owners.entries()) byNode[owner] = [...(byNode[owner] ?? []), weights[i]];
        const { output, backward } = run(nodes, { input, other }, byNode);
        return {
          output,
          backward(dOutput) {
            const { activations, weights: d } = backward(dOutput);
            return { inputs: [activations.input, activations.other], weights: [...d.conv, ...d.norm, ...d.dense] };
          },
        };
      },
    };
    const inputs = [normals([3, 5, 4, 2], numbers), normals([3, 5, 4, 2], numbers)];
    const weights = [[3, 3, 2, 3], [3], [5], [5], [5, 4], [4], [5], [5]].map((shape) => normals(shape, numbers));
    expect(gradientError(whole, inputs, weights, numbers)).toBeLessThan(TOLERANCE);
  });
});

describe("rules that differences cannot check", () => {
  it("max pooling passes the gradient to the first of equal numbers, in row-major order", () => {
    const { backward } = maxPooling2d().forward([tensor([1, 2, 2, 1], [1, 5, 5, 5])], []);
    expect([...backward(tensor([1, 1, 1, 1], [3])).inputs[0].data]).toEqual([0, 3, 0, 0]);
  });

  it('average pooling with padding "same" divides by the number of positions inside the image', () => {
    const x = tensor([1, 1, 3, 1], [1, 3, 7]);
    const { output } = averagePooling2d({ poolSize: [1, 2], padding: "same" }).forward([x], []);
    expect([...output.data]).toEqual([2, 7]);
  });

  it("batch normalization moves the moving statistics by 1 - momentum, and only in training", () => {
    const weights = [[1], [0], [2], [5]].map((values) => tensor([1], values));
    const x = tensor([2, 1], [1, 5]);
    const updated = (training: boolean) =>
      batchNormalization({ training, momentum: 0.5 }).forward([x], weights).updatedWeights;
    expect(updated(true)?.map(({ data }) => data[0])).toEqual([1, 0, 2.5, 4.5]);
    expect(updated(false)).toEqual(weights);
  });

  it("a trainer does not change the given weights, and lowers the loss", () => {
    const numbers = random(4);
    const nodes: OracleNode[] = [{ name: "dense", op: followedBy(dense(), activation("softmax")) }];
    const initial = { dense: [normals([3, 2], numbers), normals([2], numbers)] };
    const before = structuredClone(initial);
    const input = normals([5, 3], numbers);
    const { step, weights } = trainer(nodes, initial, sgd({ learningRate: 0.5 }));
    const losses = Array.from(
      { length: 3 },
      () => step({ input }, (output) => sparseCategoricalCrossentropy(output, [0, 1, 1, 0, 1])).loss,
    );
    expect(initial).toEqual(before);
    expect(weights.dense[0].data).not.toEqual(initial.dense[0].data);
    expect(losses[2]).toBeLessThan(losses[0]);
  });
});

/** A loss as an operation with an output of one number. */
function lossOp(loss: (predictions: Tensor64) => LossPass): OracleOp {
  return {
    forward([predictions]) {
      const { value, backward } = loss(predictions);
      return {
        output: tensor([1], [value]),
        backward: ({ data: [d] }) => {
          const gradient = backward();
          return {
            inputs: [
              tensor(
                gradient.shape,
                gradient.data.map((g) => d * g),
              ),
            ],
            weights: [],
          };
        },
      };
    },
  };
}
