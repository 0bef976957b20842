/**
 * The operations that losses and layers are written with: forward, backward and second derivatives against the float64
 * oracle, with smaller values that are broadcast.
 */
import { describe, expect, it } from "vitest";
import { random } from "../../src/core/random.ts";
import type { Shape } from "../../src/core/tensor.ts";
import * as lenet5 from "../../src/index.ts";
import { defineLayer } from "../../src/layers/define-layer.ts";
import * as arithmetic from "../../src/ops/arithmetic.ts";
import * as elementwise from "../../src/ops/elementwise.ts";
import * as reductions from "../../src/ops/reductions.ts";
import { rescale } from "../../src/ops/rescaling.ts";
import type { Tape, Value } from "../../src/ops/tape.ts";
import { binaries, binary, reduction } from "../oracle/broadcast.ts";
import { unaries, unary } from "../oracle/elementwise.ts";
import { apart, gradientError } from "../oracle/gradient-check.ts";
import { type OracleOp, tensor } from "../oracle/tensor.ts";
import { outputsForAny } from "./any-numbers.ts";
import { distance, gradientLook, gradientsSeen, noise } from "./as-oracle.ts";
import { expectAsOracle } from "./expect-as-oracle.ts";
import { expectCurvatureAsOracle } from "./expect-curvature.ts";

const { conv2d, dense, flatten, input, model } = lenet5;

type Write = (tape: Tape, values: readonly Value[]) => Value;

/** A layer that is one operation, named "tested". */
function operation(write: Write, outputShape: Shape): lenet5.Layer {
  const make = defineLayer("activation", {}, () => ({
    outputShape,
    weights: [],
    connections: 0,
    macs: 0,
    emit: (tape, values) => write(tape, values),
  }));
  return make({ name: "tested" });
}

/** Compares in both layouts and both numerics, with 1 to 3 threads and blocks that are not full. */
async function expectOperation(
  build: (maps: lenet5.SymbolicTensor) => lenet5.SymbolicTensor,
  op: OracleOp,
  inputs: readonly Shape[],
): Promise<void> {
  const numbers = random(7, "operations");
  // Numbers above 0, where roots and logarithms are defined; none of them equal.
  const given = inputs.map((shape, i) => {
    const { data } = apart([3, ...shape], numbers);
    return tensor(
      [3, ...shape],
      data.map((value) => Math.abs(value) + (value > 0 ? 0.5 : 0.53) + 0.013 * i),
    );
  });
  expect(gradientError(op, given, [], numbers), "the oracle's gradient").toBeLessThan(1e-7);
  // Large logits would leave nothing of the loss.
  const small = (x: lenet5.SymbolicTensor) => lenet5.rescaling({ scale: 0.05 })(x);
  for (const [count, threads, numerics] of [
    [1, 1, "fast"],
    [5, 2, "reproducible"],
    [37, 3, "fast"],
  ] as const) {
    const image = input({ shape: [3, 5, 2], name: "image" });
    // Above 0, and nothing that is equal by chance.
    const front = conv2d({ filters: 6, kernelSize: 1, activation: "sigmoid", name: "front" })(image);
    const end = dense({ units: 3, activation: "softmax", name: "end" })(flatten()(small(build(front))));
    const made = model({ inputs: image, outputs: end, seed: 4, threads, numerics });
    await expectAsOracle(made, count, undefined, { tested: op });
  }
  await expectCurvatureAsOracle(
    (x) => build(conv2d({ filters: 6, kernelSize: 1, activation: "sigmoid" })(x)),
    "linear",
    {
      tested: op,
    },
  );
}

const unaryOperations: readonly (readonly [string, Write, OracleOp])[] = [
  ["negative", (tape, [x]) => rescale(tape, x!, -1, 0), unary(unaries.negative())],
  ["abs", (tape, [x]) => elementwise.absolute(tape, x!), unary(unaries.abs())],
  ["square", (tape, [x]) => elementwise.square(tape, x!), unary(unaries.square())],
  ["sqrt", (tape, [x]) => elementwise.squareRoot(tape, x!), unary(unaries.sqrt())],
  ["exp", (tape, [x]) => elementwise.exponential(tape, x!), unary(unaries.exp())],
  ["log", (tape, [x]) => elementwise.logarithm(tape, x!), unary(unaries.log())],
  ["reciprocal", (tape, [x]) => elementwise.reciprocal(tape, x!), unary(unaries.reciprocal())],
  ["power 1.7", (tape, [x]) => elementwise.power(tape, x!, 1.7), unary(unaries.power(1.7))],
  ["power -2", (tape, [x]) => elementwise.power(tape, x!, -2), unary(unaries.power(-2))],
  ["clip", (tape, [x]) => elementwise.clip(tape, x!, 0.4, 0.6), unary(unaries.clip(0.4, 0.6))],
];

describe("operations on one value agree with the oracle", () => {
  it.each(unaryOperations)("%s", async (_, write, op) => {
    await expectOperation((x) => operation(write, x.shape)(x), op, [[3, 5, 6]]);
  });
});

const binaryOperations = {
  add: arithmetic.addValues,
  subtract: arithmetic.subtract,
  multiply: arithmetic.multiply,
  divide: arithmetic.divide,
  maximum: arithmetic.maximum,
  minimum: arithmetic.minimum,
};

/** Values of all shapes that broadcast against maps [rows, columns, 6]. */
const smaller: Record<string, (maps: lenet5.SymbolicTensor) => lenet5.SymbolicTensor> = {
  "[rows, columns, channels]": (x) => conv2d({ filters: 6, kernelSize: 1, activation: "sigmoid" })(x),
  "[channels]": (x) =>
    flatten()(conv2d({ filters: 6, kernelSize: [x.shape[0]!, x.shape[1]!], activation: "sigmoid" })(x)),
  "[1, columns, channels]": (x) => conv2d({ filters: 6, kernelSize: [x.shape[0]!, 1], activation: "sigmoid" })(x),
  "[rows, 1, 1]": (x) => conv2d({ filters: 1, kernelSize: [1, x.shape[1]!], activation: "sigmoid" })(x),
  "[rows, columns, 1]": (x) => conv2d({ filters: 1, kernelSize: 1, activation: "sigmoid" })(x),
};

describe.each(Object.keys(binaryOperations) as (keyof typeof binaryOperations)[])(
  "%s agrees with the oracle",
  (name) => {
    // Every operation with one shape, one operation with every shape: the loops are the same.
    const shapes = name === "divide" ? Object.keys(smaller) : ["[rows, columns, channels]", "[channels]"];
    it.each(shapes)("with %s", async (shape) => {
      const op = binary(binaries[name]);
      const write: Write = (tape, [a, b]) => binaryOperations[name](tape, a!, b!);
      const build = (x: lenet5.SymbolicTensor) => operation(write, x.shape)([x, smaller[shape]!(x)]);
      const small = smaller[shape]!(input({ shape: [3, 5, 6] })).shape;
      await expectOperation(build, op, [[3, 5, 6], small]);
    });

    it("with the smaller value first", async () => {
      const op = binary(binaries[name]);
      const write: Write = (tape, [a, b]) => binaryOperations[name](tape, a!, b!);
      const build = (x: lenet5.SymbolicTensor) => operation(write, x.shape)([smaller["[channels]"]!(x), x]);
      await expectOperation(build, op, [[6], [3, 5, 6]]);
    });
  },
);

describe.each(["sum", "mean", "max"] as const)("the %s agrees with the oracle", (kind) => {
  const to = { sum: reductions.sumTo, mean: reductions.meanTo, max: reductions.maximumTo }[kind];
  it.each([
    ["positions", [1, 2], [1, 1, 6]],
    ["channels", [3], [0, 0, 1]],
    ["rows", [1], [1, 0, 6]],
    ["everything", [1, 2, 3], [1, 1, 1]],
  ] as const)("over %s", async (_, axes, sizes) => {
    const shapeOf = (shape: Shape) => sizes.map((size, axis) => size || shape[axis]!);
    const build = (x: lenet5.SymbolicTensor) =>
      operation((tape, [value]) => to(tape, value!, shapeOf(value!.shape)), shapeOf(x.shape))(x);
    await expectOperation(build, reduction(kind, axes, true), [[3, 5, 6]]);
  });
});

describe.each(["reproducible", "fast"] as const)("weights and other shapes, %s", (numerics) => {
  it.each([1, 21])("a weight of each position and channel has the right gradient, %d images", async (count) => {
    const shape = [3, 2, 5];
    const image = input({ shape });
    const times = lenet5.defineLayer("times", {
      weights: () => ({ factor: { shape } }),
      call: (x, { weights }) => lenet5.ops.multiply(x, weights.factor!),
    });
    const net = model({ inputs: image, outputs: flatten()(times({ name: "T" })(image)), numerics, threads: 2 });
    net.compile({ optimizer: gradientLook, loss: "mean_squared_error" });
    const x = noise([count, ...shape], 3);
    const labels = noise([count, 30], 4);
    await net.fit({ images: x, labels }, { batchSize: count, shuffle: false, verbose: 0 });
    const factor = net.weights.get("T/factor")!.data;
    const want = Float64Array.from({ length: 30 }, (_, k) => {
      let sum = 0;
      for (let n = 0; n < count; n++) {
        const at = n * 30 + k;
        sum += (2 * x.data[at]! * (x.data[at]! * factor[k]! - labels.data[at]!)) / 30 / count;
      }
      return sum;
    });
    expect(distance(gradientsSeen(net).get("T/factor")!, want)).toBeLessThan(2e-5);
  });

  it.each([1, 5])("reshape, broadcastTo and concatenate only move numbers, %d images", async (count) => {
    const { ops } = lenet5;
    const moved = lenet5.defineLayer("moved", {
      call(x) {
        const vector = ops.reshape(x, [12]);
        const maps = ops.reshape(vector, [3, 2, 2]);
        const mean = ops.broadcastTo(ops.mean(maps, { axis: [1, 2], keepdims: true }), [3, 2, 2]);
        return ops.concatenate([
          vector,
          ops.reshape(mean, [12]),
          ops.reshape(ops.min(maps, { axis: -1, keepdims: true }), [6]),
        ]);
      },
    });
    const image = input({ shape: [2, 3, 2] });
    const front = conv2d({ filters: 2, kernelSize: 1, name: "front" })(image);
    const net = model({ inputs: image, outputs: moved()(front), numerics });
    const plain = model({ inputs: image, outputs: flatten()(front) });
    const x = noise([count, 2, 3, 2], 8);
    const [got, y] = [await net.predict(x), await plain.predict(x)];
    for (let n = 0; n < count; n++) {
      const row = Array.from(y.data.slice(n * 12, n * 12 + 12));
      const mean = [0, 1].map((c) => [0, 1, 2, 3, 4, 5].reduce((sum, p) => sum + row[p * 2 + c]! / 6, 0));
      const want = [
        ...row,
        ...row.map((_, i) => mean[i % 2]!),
        ...[0, 1, 2, 3, 4, 5].map((p) => Math.min(row[p * 2]!, row[p * 2 + 1]!)),
      ];
      expect(distance(got.data.slice(n * 30, n * 30 + 30), want)).toBeLessThan(1e-6);
    }
    const { checkGradients } = await import("../../src/testing.ts");
    expect(await checkGradients(moved(), { shape: [2, 3, 2] })).toMatchObject({ fits: true });
  });
});

it("equal maxima share the gradient, and of equal numbers the first is the maximum", async () => {
  const image = input({ shape: [2], name: "image" });
  const x = dense({ units: 3, kernelInitializer: "zeros", name: "x" })(image);
  const z = dense({ units: 3, kernelInitializer: "zeros", name: "z" })(image);
  const largest = operation((tape, [a, b]) => reductions.maximumTo(tape, arithmetic.maximum(tape, a!, b!), [1]), [1]);
  const net = model({ inputs: image, outputs: largest([x, z]) });
  net.compile({ optimizer: gradientLook, loss: "mean_squared_error" });
  const images = { shape: [1, 2], data: Float32Array.of(1, 0) };
  await net.fit({ images, labels: { shape: [1, 1], data: Float32Array.of(-1.5) } }, { verbose: 0 });
  const seen = gradientsSeen(net);
  expect([...seen.get("x/bias")!]).toEqual([1, 1, 1]);
  expect(seen.get("z/bias")!.every((value) => value === 0)).toBe(true);
});

describe.each(["reproducible", "fast"] as const)("accuracy of functions, %s", (numerics) => {
  const through = async (write: Write, values: Float32Array) => {
    const x = input({ shape: [1] });
    const net = model({ inputs: x, outputs: operation(write, [1])(x), numerics });
    return outputsForAny(net, values);
  };
  const worst = (got: Float32Array, values: Float32Array, right: (x: number) => number) =>
    got.reduce((error, value, i) => {
      const want = right(values[i]!);
      const ulp = 2 ** Math.max(-149, Math.floor(Math.log2(Math.abs(want))) - 23);
      return want === value ? error : Math.max(error, Math.abs(want - value) / ulp);
    }, 0);
  const bits = new Uint32Array(40_000).map((_, i) => i * 53_269);
  const positive = new Float32Array(bits.buffer).filter((x) => x > 0 && x < Number.POSITIVE_INFINITY);

  it("ln x is right to one unit in the last place", async () => {
    const near = Float32Array.from({ length: 4000 }, (_, i) => 0.5 + i / 2000);
    for (const values of [positive, near]) {
      expect(
        worst(await through((tape, [x]) => elementwise.logarithm(tape, x!), values), values, Math.log),
      ).toBeLessThan(1.01);
    }
    const odd = Float32Array.of(0, -0, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
    const got = await through((tape, [x]) => elementwise.logarithm(tape, x!), odd);
    expect([...got]).toEqual([...odd].map(Math.log));
  });

  it("e^x is right to one unit in the last place up to the largest float", async () => {
    const values = Float32Array.from({ length: 8000 }, (_, i) => (i - 3950) / 45);
    const usual = values.filter((x) => x > -87 && x < 88.72);
    const write: Write = (tape, [x]) => elementwise.exponential(tape, x!);
    expect(worst(await through(write, usual), usual, Math.exp)).toBeLessThan(1.01);
    expect([...(await through(write, Float32Array.of(88.8, 1e30, Number.NaN, -1e30)))]).toEqual([
      Number.POSITIVE_INFINITY,
      Number.POSITIVE_INFINITY,
      Number.NaN,
      0,
    ]);
  });

  it.each([0, 0.5, 1, 2, 3, -1, -2.5, 1 / 3, 17])("x^%d is the nearest float, or the next one", async (exponent) => {
    const c = Math.fround(exponent);
    const values = positive.filter((x) => x ** c > 2 ** -126 && x ** c < 2 ** 127);
    expect(values.length).toBeGreaterThan(1000);
    const write: Write = (tape, [x]) => elementwise.power(tape, x!, exponent);
    expect(worst(await through(write, values), values, (x) => Math.fround(x ** c))).toBeLessThan(1.01);
    const odd = Float32Array.of(0, -0, -2, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
    const got = await through(write, odd);
    expect([...got]).toEqual([...odd].map((x) => Math.fround(x ** c)));
  });
});
