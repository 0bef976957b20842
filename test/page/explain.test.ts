/** The arithmetic that the page shows adds up to what the engine computed, for every unit of every type of layer. */
import { describe, expect, it } from "vitest";
import type { LayerType, Model } from "../../src/index.ts";
import * as lenet5 from "../../src/index.ts";
import { type Explained, explained } from "../../web/inspect/explain/explain.ts";
import type { Part } from "../../web/inspect/explain/explanation.ts";
import type { NetworkWeights, PassValues } from "../../web/inspect/explain/given.ts";
import { unitAt } from "../../web/state/units.ts";
import { layerSamples } from "../members/layer-samples.ts";

const count = (shape: readonly number[]) => shape.reduce((a, b) => a * b);

function noise(shape: readonly number[]): lenet5.Tensor<Uint8Array> {
  const data = Uint8Array.from({ length: count(shape) }, (_, i) => 127 + 127 * Math.sin(1 + 7.31 * i * i));
  return { data, shape, scale: 1 / 255 };
}

/** A network and its pass for an image, as the page has them. */
async function passOf(
  net: Model,
  image = noise(net.inputs.shape),
): Promise<{ facts: NetworkWeights; pass: PassValues }> {
  const { layers } = await net.layerOutputs(image);
  const facts = { id: "n", summary: net.summaryData(), weights: net.weights };
  return { facts, pass: { network: "n", input: image, layers } };
}

/**
 * Explains units of all layers, or each `step`th, and compares each with the engine's number: to 1e-6, or to the rounding
 * of float32 where it, or the numbers that are added up, are larger.
 */
async function check(net: Model, { image = noise(net.inputs.shape), step = 1 } = {}): Promise<void> {
  const { facts, pass } = await passOf(net, image);
  for (const { name, outputShape } of facts.summary.layers) {
    for (let i = 0; i < count(outputShape); i += step) {
      const unit = unitAt(name, outputShape, i);
      const { value, engine, parts } = explained(facts, pass, unit)!;
      const error = Math.abs(value! - engine);
      if (!(error < Math.max(1e-6, 1e-6 * Math.abs(engine), ...parts.map(rounding))))
        expect({ unit, value }).toEqual({ unit, value: engine });
      expect(resultOf(parts.at(-1)!)).toBeCloseTo(value!, 12);
    }
  }
}

/** How far float32 may be from the result of a part. */
function rounding(part: Part): number {
  if (part.type === "windows")
    return roundingOfSum(part.windows.flatMap(({ products, factor }) => products.map((p) => p * factor)));
  if (part.type === "terms") return roundingOfSum(part.terms.map(({ product }) => product));
  if (part.type === "distance") return 1e-7 * part.sum;
  // What comes in has its own rounding, which a small deviation enlarges.
  if (part.type === "line" && part.operand && part.text.startsWith("divided")) return 4e-7 / part.operand;
  return 0;
}

/**
 * Of n products that are added one after the other. Each addition rounds by at most 2^-24 of the sum so far, which is
 * no larger than the sum of the sizes. At worst that is n times as much in all; since as many errors go up as down, it is
 * about sqrt(n) times (Higham and Mary 2019, https://doi.org/10.1137/18M1226312). A few products still have their own
 * rounding, and that of the bias.
 */
function roundingOfSum(products: readonly number[]): number {
  const sizes = products.reduce((sum, product) => sum + Math.abs(product), 0);
  return Math.max(2, Math.sqrt(products.length)) * 2 ** -24 * sizes;
}

/** What the last part of an explanation shows as its result. */
function resultOf(part: Part): number {
  switch (part.type) {
    case "windows":
    case "distance":
      return part.sum;
    case "terms":
    case "pool":
    case "line":
      return part.result;
    case "curve":
      return part.y;
    case "shares": {
      const share = part.shares[part.own]!.exponential / part.sum;
      return part.isLog ? Math.log(share) : share;
    }
    case "copy":
      return part.value;
    case "note":
      return 0;
  }
}

describe("every type of layer adds up to the engine's numbers:", () => {
  it.each(Object.keys(layerSamples) as LayerType[])("%s", async (type) => {
    const x = lenet5.input({ shape: [6, 5, 3], name: "x" });
    await check(lenet5.model({ inputs: x, outputs: layerSamples[type](x), seed: 4, threads: 1 }));
  });
});

const { conv2d, dense, flatten, input, model } = lenet5;

const activations: readonly lenet5.ActivationName[] = [
  "linear",
  "relu",
  "leaky_relu",
  "relu6",
  "elu",
  "selu",
  "gelu",
  "silu",
  "mish",
  "softplus",
  "softsign",
  "exponential",
  "sigmoid",
  "hard_sigmoid",
  "hard_silu",
  "tanh",
  "scaled_tanh",
  "softmax",
  "log_softmax",
];

it.each(activations)("the activation %s", async (activation) => {
  const x = input({ shape: [4, 4, 2], name: "x" });
  const y = conv2d({ filters: 5, kernelSize: 2, activation, kernelInitializer: { uniform: [-2, 2] } })(x);
  await check(model({ inputs: x, outputs: y, seed: 1, threads: 1 }));
});

it("strides, dilation, groups, padding and missing biases", async () => {
  const x = input({ shape: [11, 12, 4], name: "x" });
  const a = conv2d({ filters: 6, kernelSize: [3, 4], padding: "same", strides: 2, groups: 2, activation: "softmax" })(
    x,
  );
  const b = conv2d({ filters: 4, kernelSize: 3, dilationRate: [2, 1], padding: "same", useBias: false })(a);
  const c = lenet5.depthwiseConv2d({ kernelSize: 3, padding: "same", useBias: false, activation: "softmax" })(b);
  const d = lenet5.conv2dTranspose({ filters: 3, kernelSize: 4, strides: 2, padding: "same", useBias: false })(c);
  const e = lenet5.conv2dTranspose({ filters: 3, kernelSize: 3, dilationRate: 2, activation: "softmax" })(d);
  const f = lenet5.batchNormalization({ center: false, scale: false })(e);
  const g = lenet5.layerNormalization({ center: false, scale: false })(f);
  const h = lenet5.upSampling2d({ size: 2 })(g);
  const out = dense({ units: 7, useBias: false, activation: "log_softmax" })(flatten()(h));
  await check(model({ inputs: x, outputs: out, seed: 2, threads: 1 }), { step: 11 });
});

/** A 1 with soft edges. */
function drawnOne(): lenet5.Tensor<Uint8Array> {
  const ink = (row: number, column: number) => (row > 5 && row < 26 ? [0, 90, 255, 210, 30][column - 13] : 0) ?? 0;
  const data = Uint8Array.from({ length: 1024 }, (_, i) => ink(Math.floor(i / 32), i % 32));
  return { data, shape: [32, 32, 1], scale: 1 / 255 };
}

it.each(["article", "modern", "1998"] as const)("the network %s on a digit", async (network) => {
  await check(await lenet5.pretrained({ network, threads: 1 }), { image: drawnOne(), step: 7 });
});

it("a sum differs from the engine's by the rounding of float32 alone: rounded like it, each has the same bits", async () => {
  const net = await lenet5.pretrained({ network: "modern", threads: 1 });
  const { facts, pass } = await passOf(net, drawnOne());
  let different = 0;
  // C8 has one place: its products are added in the order of a dense layer.
  for (const layer of ["C1", "C2", "C4", "C5", "C7"]) {
    const { outputShape } = facts.summary.layers.find(({ name }) => name === layer)!;
    for (let i = 0; i < count(outputShape); i += 7) {
      const { value, engine, parts } = explained(facts, pass, unitAt(layer, outputShape, i))!;
      const { windows } = parts[0] as Extract<Part, { type: "windows" }>;
      const rounded = windows
        .flatMap(({ products }) => products)
        .reduce((sum, product) => Math.fround(sum + Math.fround(product)), 0);
      expect(rounded).toBe(engine);
      if (value !== engine) different++;
    }
  }
  expect(different).toBeGreaterThan(1000);
});

it("a convolution shows each window, its kernel and subtotal; a map of C3 only what Table I gives it", async () => {
  const net = await lenet5.pretrained({ threads: 1 });
  const { facts, pass } = await passOf(net);
  const { parts } = explained(facts, pass, { layer: "C3", map: 7, row: 4, column: 6 })!;
  expect(parts.map(({ type }) => type)).toEqual(["windows", "line", "curve"]);
  const [windows, bias, curve] = parts as [
    Extract<Part, { type: "windows" }>,
    Extract<Part, { type: "line" }>,
    Extract<Part, { type: "curve" }>,
  ];
  expect(windows.windows.map(({ map }) => map)).toEqual([1, 2, 3, 4]);
  expect(windows.windows[0]!.units[7]).toEqual({ layer: "S2", map: 1, row: 5, column: 8 });
  expect(bias.result).toBeCloseTo(windows.sum + facts.weights.get("C3/bias")!.data[7]!, 12);
  expect(curve.x).toBe(bias.result);
  expect(curve.y).toBe(Math.tanh(curve.x));
});

it("a layer that is not the library's is named, and nothing is made up", async () => {
  const own = lenet5.defineLayer("own", { call: (x) => lenet5.ops.multiply(x, 2) });
  const x = input({ shape: [2, 2, 1], name: "x" });
  const { facts, pass } = await passOf(model({ inputs: x, outputs: own({ name: "twice" })(x), threads: 1 }));
  const { parts, value, engine } = explained(facts, pass, { layer: "twice", map: 0, row: 1, column: 1 }) as Explained;
  expect(parts).toEqual([
    { type: "note", text: "“own” is no layer of the library: it reads x, and only its author knows how." },
  ]);
  expect(value).toBeUndefined();
  expect(engine).toBeGreaterThan(0);
});

it("a unit that the network does not have has no arithmetic, nor has one of another network's pass", async () => {
  const { facts, pass } = await passOf(lenet5.lenet5({ threads: 1 }));
  expect(explained(facts, pass, { layer: "C1", map: 6, row: 0, column: 0 })).toBeUndefined();
  expect(explained(facts, { ...pass, network: "m" }, { layer: "C1", map: 0, row: 0, column: 0 })).toBeUndefined();
});

it("a layer that is called twice has no arithmetic that gives another number than the engine's", async () => {
  const x = input({ shape: [3, 3, 1], name: "x" });
  const sum = lenet5.add({ name: "sum" });
  const once = sum([x, x]);
  const { facts, pass } = await passOf(model({ inputs: x, outputs: sum([once, x]), threads: 1 }));
  const { parts, value } = explained(facts, pass, { layer: "sum", map: 0, row: 1, column: 1 }) as Explained;
  expect(parts.map(({ type }) => type)).toEqual(["note"]);
  expect(value).toBeUndefined();
});
