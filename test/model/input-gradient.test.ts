import { describe, expect, it } from "vitest";
import { random } from "../../src/core/random.ts";
import * as lenet5 from "../../src/index.ts";
import { layers } from "../../src/layers/registry.ts";
import { asOracle, noise } from "../engine/as-oracle.ts";
import { layerSamples } from "../members/layer-samples.ts";
import { modelAround } from "../members/models.ts";
import { run } from "../oracle/network.ts";
import { tensor } from "../oracle/tensor.ts";

/** The unit's value in float64 for an image of floats. */
function unitOf(model: lenet5.Model, layer: string, index: number): (image: ArrayLike<number>) => number {
  const { nodes, weights } = asOracle(model, false);
  const needed = nodes.slice(0, nodes.findIndex(({ name }) => name === layer) + 1);
  const { shape } = model.inputs;
  return (image) => run(needed, { input: tensor([1, ...shape], image) }, weights).output.data[index]!;
}

/** The largest difference from the oracle's slopes along random directions, as a share of the gradient's length. */
async function errorOf(model: lenet5.Model, layer: string, unit: readonly number[], directions = 3): Promise<number> {
  const image = noise([...model.inputs.shape], 5);
  const { shape } = model.getLayer(layer).output;
  const index = unit.reduce((at, place, axis) => at * shape[axis]! + place, 0);
  const of = unitOf(model, layer, index);
  const { value, gradient } = await model.inputGradient(image, { layer, unit });
  expect(value).toBeCloseTo(of(image.data), 4);
  expect(gradient.shape).toEqual(model.inputs.shape);
  const size = Math.hypot(...gradient.data);
  expect(size).toBeGreaterThan(0);
  const numbers = random(3, layer);
  let worst = 0;
  for (let i = 0; i < directions; i++) {
    const direction = Float64Array.from(image.data, () => numbers.normal());
    const length = Math.hypot(...direction);
    const at = (step: number) => of(Float64Array.from(image.data, (x, k) => x + (step * direction[k]!) / length));
    const slope = (at(1e-5) - at(-1e-5)) / 2e-5;
    const own = gradient.data.reduce((sum, g, k) => sum + (g * direction[k]!) / length, 0);
    worst = Math.max(worst, Math.abs(slope - own) / size);
  }
  return worst;
}

describe("inputGradient fits differences of the float64 oracle", () => {
  const types = Object.keys(layers) as (keyof typeof layers)[];

  it.each(types.filter((type) => type !== "input"))("through %s", async (type) => {
    const model = modelAround(layerSamples[type]);
    expect(await errorOf(model, "end", [1])).toBeLessThan(1e-4);
  });

  it.each([
    ["C1", [3, 4, 2]],
    ["C3", [0, 5, 15]],
    ["F6", [83]],
    ["output", [7]],
  ] as const)("lenet5 %s", async (layer, unit) => {
    expect(await errorOf(lenet5.lenet5({ seed: 1, threads: 1 }), layer, unit)).toBeLessThan(1e-4);
  });

  it.each([
    ["S2", [13, 0, 1]],
    ["F6", [40]],
    ["output", [3]],
  ] as const)("lenet5Of1998 %s", async (layer, unit) => {
    expect(await errorOf(lenet5.lenet5Of1998({ seed: 1, threads: 1 }), layer, unit)).toBeLessThan(1e-4);
  });
});

const net = lenet5.lenet5({ seed: 1, threads: 1 });
const image = noise([...net.inputs.shape], 5);

it("inputGradient: logits leave the softmax out", async () => {
  const { value, gradient } = await net.inputGradient(image, { layer: "output", unit: [2], logits: true });
  const { layers: outputs } = await net.layerOutputs(image);
  const before = outputs.at(-2)!.values;
  const kernel = net.weights.get("output/kernel")!.data;
  const score = before.reduce((sum, x, i) => sum + x * kernel[i * 10 + 2]!, net.weights.get("output/bias")!.data[2]!);
  expect(value).toBeCloseTo(score, 4);
  const step = { ...image, data: image.data.map((x, i) => x + 1e-3 * gradient.data[i]!) };
  const after = await net.inputGradient(step, { layer: "output", unit: [2], logits: true });
  expect((after.value - value) / 1e-3).toBeCloseTo(
    gradient.data.reduce((sum, g) => sum + g * g, 0),
    2,
  );
});

it("inputGradient: bytes are what the network sees of them", async () => {
  const data = Uint8Array.from({ length: image.data.length }, (_, i) => (i * 37) % 256);
  const floats = { shape: image.shape, data: Float32Array.from(data, (byte) => byte * Math.fround(1 / 255)) };
  const unit = { layer: "F6", unit: [7] };
  const ofBytes = await net.inputGradient({ shape: image.shape, data, scale: 1 / 255 }, unit);
  expect(ofBytes).toEqual(await net.inputGradient(floats, unit));
});

it("inputGradient: the input's own units, new weights, and frozen layers", async () => {
  const own = await net.inputGradient(image, { layer: net.inputs.layer.name, unit: [4, 5, 0] });
  expect(own.value).toBe(image.data[4 * 32 + 5]);
  expect(own.gradient.data.indexOf(1)).toBe(4 * 32 + 5);
  expect(own.gradient.data.filter((g) => g !== 0)).toHaveLength(1);
  const unit = { layer: "C5", unit: [0, 0, 3] };
  const before = await net.inputGradient(image, unit);
  const copy = net.clone({ weights: true });
  copy.trainable = false;
  expect(await copy.inputGradient(image, unit)).toEqual(before);
  copy.setWeights({ "C1/kernel": new Float32Array(copy.weights.get("C1/kernel")!.data.length) });
  expect((await copy.inputGradient(image, unit)).gradient.data.every((g) => g === 0)).toBe(true);
});

it("inputGradient: one gradient for each of several inputs, 0 where the unit does not depend on one", async () => {
  const [left, right] = ["left", "right"].map((name) => lenet5.input({ shape: [3], name })) as [
    lenet5.SymbolicTensor,
    lenet5.SymbolicTensor,
  ];
  const own = lenet5.dense({ units: 2, name: "own" })(left);
  const sum = lenet5.concatenate({ name: "both" })([own, right]);
  const several = lenet5.model({ inputs: [left, right], outputs: lenet5.dense({ units: 1 })(sum), threads: 1 });
  const given = { left: noise([3], 1), right: noise([3], 2) };
  const { gradient } = await several.inputGradient(given, { layer: "own", unit: [1] });
  const kernel = several.weights.get("own/kernel")!.data;
  expect([...gradient[0]!.data]).toEqual([kernel[1], kernel[3], kernel[5]]);
  expect([...gradient[1]!.data]).toEqual([0, 0, 0]);
  const last = await several.inputGradient(given, { layer: "both", unit: [4] });
  expect([...last.gradient[1]!.data]).toEqual([0, 0, 1]);
});

it.each([
  [{ layer: "C9", unit: [0] }, 'inputGradient layer: expected "image", "C1"'],
  [{ layer: "C3", unit: [10, 0, 0] }, "inputGradient unit: expected a place in an output of shape [10, 10, 16]"],
  [{ layer: "C3", unit: [0] }, "inputGradient unit: expected a place in an output of shape [10, 10, 16]"],
  [{ layer: "F6", unit: [-1] }, "inputGradient unit: expected whole numbers from 0 on"],
  [{ layer: "F6", unit: [0], logits: true }, 'inputGradient logits: expected a layer that ends in softmax, got "F6"'],
  [
    { layer: "F6" },
    "inputGradient unit: expected whole numbers from 0 on, such as [row, column, channel], got undefined",
  ],
])("inputGradient refuses %j", async (options, message) => {
  await expect(net.inputGradient(image, options as lenet5.InputGradientOptions)).rejects.toThrow(message);
});

it("inputGradient refuses several images", async () => {
  const two = noise([2, ...net.inputs.shape], 5);
  await expect(net.inputGradient(two, { layer: "F6", unit: [0] })).rejects.toThrow("expected one image, got 2");
});
