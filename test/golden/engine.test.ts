import { describe, expect, it } from "vitest";
import type { Model, Optimizer, SymbolicTensor } from "../../src/index.ts";
import * as lenet5 from "../../src/index.ts";
import { checkedOptimizer } from "../../src/training/optimizers/table.ts";
import { distance, gradientLook, gradientsSeen } from "../engine/as-oracle.ts";
import { layerOf } from "./golden-layers.ts";
import { type GoldenNetwork, type GoldenOptimizer, readGoldenNetwork, readGoldenOptimizers } from "./read-golden.ts";

// float32 kernels against Keras in float64: see test/engine/layers.test.ts for the first two. Ten steps enlarge a
// difference of the weights; 1e-5 of a loss is three times what was measured.
const FORWARD = 3e-6;
const BACKWARD = 2e-5;
const TEN_STEPS = 1e-5;

function optimizerOf({ rule, ...options }: GoldenOptimizer): Optimizer {
  return checkedOptimizer("golden optimizer", { type: rule, ...options });
}

/** The golden's network, with its initial weights. */
function modelOf(golden: GoldenNetwork, threads: number): { model: Model; tensors: Map<string, SymbolicTensor> } {
  const image = lenet5.input({ shape: golden.input.shape.slice(1), name: "image" });
  const tensors = new Map([["input", image]]);
  let last = image;
  for (const layer of golden.layers) {
    last = layerOf(layer)(layer.inputs ? layer.inputs.map((name) => tensors.get(name)!) : last);
    tensors.set(layer.name, last);
  }
  const model = lenet5.model({ inputs: image, outputs: last, threads });
  model.setWeights(Object.fromEntries(Object.entries(golden.initialWeights).map(([name, { data }]) => [name, data])));
  return { model, tensors };
}

describe.each(["article", "full", "convnet", "batchnorm"] as const)(
  "the engine reproduces Keras's run of %s",
  (name) => {
    const golden = readGoldenNetwork(name);
    const images = { ...golden.input, scale: golden.inputScale };
    const data = { images, labels: golden.labels };
    const batchSize = golden.labels.length;
    const loss = golden.loss;

    it.skipIf(name === "batchnorm")("activations of every layer", async () => {
      const { model, tensors } = modelOf(golden, 2);
      const names = Object.keys(golden.activations);
      const inside = lenet5.model({ inputs: model.inputs, outputs: names.map((layer) => tensors.get(layer)!) });
      const outputs = await inside.predict(images);
      names.forEach((layer, i) => {
        const want = golden.activations[layer]!.data;
        expect(distance(outputs[i]!.data.subarray(0, want.length), want), layer).toBeLessThan(FORWARD);
      });
    });

    it("gradients of every weight", async () => {
      const { model } = modelOf(golden, 2);
      model.compile({ optimizer: gradientLook, loss });
      await model.fit(data, { batchSize, shuffle: false, verbose: 0 });
      const seen = gradientsSeen(model);
      for (const [weight, { data: want }] of Object.entries(golden.gradients)) {
        // A bias before a batch normalization has the gradient 0.
        if (want.every((value) => Math.abs(value) < 1e-9)) continue;
        expect(distance(seen.get(weight)!, want), weight).toBeLessThan(BACKWARD);
      }
    });

    it.each([1, 2])("ten losses and the final weights, on %i threads", async (threads) => {
      const { model } = modelOf(golden, threads);
      model.compile({ optimizer: optimizerOf(golden.optimizer), loss });
      const { history } = await model.fit(data, { batchSize, shuffle: false, epochs: 10, verbose: 0 });
      history.loss!.forEach((value, step) => {
        expect(Math.abs(value / golden.losses[step]! - 1), `loss of step ${step}`).toBeLessThan(TEN_STEPS);
      });
      for (const [weight, { sumOfSquares }] of Object.entries(golden.final)) {
        const squares = model.weights.get(weight)!.data.reduce((sum, value) => sum + value * value, 0);
        expect(Math.abs(squares / sumOfSquares - 1), weight).toBeLessThan(1e-4);
      }
    });
  },
);

it("a connection table equals slices, small convolutions and a concatenation, as they are written in Keras", async () => {
  const image = lenet5.input({ shape: [14, 14, 6], name: "S2" });
  const builtIn = lenet5.conv2d({
    filters: 16,
    kernelSize: 5,
    activation: "tanh",
    connectionTable: lenet5.tableI,
    name: "C3",
  });
  const slices = lenet5.tableI.map((channels) => {
    const parts = channels.map((start) => lenet5.channelSlice({ start, count: 1 })(image));
    return parts.length === 1 ? parts[0]! : lenet5.concatenate()(parts);
  });
  const maps = slices.map((slice, map) =>
    lenet5.conv2d({ filters: 1, kernelSize: 5, activation: "tanh", name: `C3-${map}` })(slice),
  );
  const end = () => lenet5.dense({ units: 3, activation: "softmax", name: "end" });
  const inOne = lenet5.model({ inputs: image, outputs: end()(lenet5.flatten()(builtIn(image))), seed: 3 });
  const byHand = lenet5.model({ inputs: image, outputs: end()(lenet5.flatten()(lenet5.concatenate()(maps))), seed: 3 });
  const kernel = inOne.weights.get("C3/kernel")!.data;
  lenet5.tableI.forEach((channels, map) => {
    const small = channels.flatMap((_, at) => range(25).map((tap) => [tap, at] as const));
    const values = new Float32Array(25 * channels.length);
    for (const [tap, at] of small) values[tap * channels.length + at] = kernel[(tap * 6 + channels[at]!) * 16 + map]!;
    byHand.setWeights({ [`C3-${map}/kernel`]: values });
  });

  const images = { shape: [19, 14, 14, 6], data: Float32Array.from(range(19 * 1176), (i) => ((i * 37) % 101) / 101) };
  const labels = range(19).map((i) => i % 3);
  const [a, b] = [await inOne.predict(images), await byHand.predict(images)];
  expect(distance(a.data, b.data)).toBeLessThan(FORWARD);
  for (const model of [inOne, byHand]) {
    model.compile({ optimizer: gradientLook, loss: "sparse_categorical_crossentropy" });
    await model.fit({ images, labels }, { batchSize: 19, shuffle: false, verbose: 0 });
  }
  const [one, hand] = [gradientsSeen(inOne), gradientsSeen(byHand)];
  expect(distance(one.get("end/kernel")!, hand.get("end/kernel")!)).toBeLessThan(BACKWARD);
  const together = new Float64Array(kernel.length);
  lenet5.tableI.forEach((channels, map) => {
    const small = hand.get(`C3-${map}/kernel`)!;
    channels.forEach((channel, at) => {
      for (const tap of range(25)) together[(tap * 6 + channel) * 16 + map] = small[tap * channels.length + at]!;
    });
  });
  const biases = lenet5.tableI.map((_, map) => hand.get(`C3-${map}/bias`)![0]!);
  expect(distance(one.get("C3/bias")!, biases)).toBeLessThan(BACKWARD);
  expect(distance(one.get("C3/kernel")!, together)).toBeLessThan(BACKWARD);
});

/** Half a unit in the last place of a float32 below 1: what each step may round off a weight. */
const HALF_UNIT = 2 ** -25;

/**
 * What the kernel of Adam adds: it computes 1 - beta2 in float32, for 0.999 with an error of 1.3e-5 of its value, of which
 * the square root of the second moment, and so a step, has half.
 */
function roundedShare({ rule }: GoldenOptimizer, start: readonly number[], result: readonly number[]): number {
  if (rule !== "adam" && rule !== "adamW") return 0;
  const share = Math.abs((1 - Math.fround(0.999)) / (1 - 0.999) - 1) / 2;
  return share * Math.max(...result.map((value, i) => Math.abs(value - start[i]!)));
}

describe.each(["reproducible", "fast"] as const)("optimizers, %s", (numerics) => {
  const { start, gradients, cases } = readGoldenOptimizers();

  it.each(cases.map((golden) => [JSON.stringify(golden.optimizer), golden] as const))(
    "%s moves weights as Keras does",
    async (_, { optimizer, result }) => {
      // The gradient of |w x - y| is x to the bit, while y is far below w x.
      const count = start.length;
      const x = lenet5.input({ shape: [count] });
      const layer = lenet5.dense({ units: 1, useBias: false, name: "w" });
      const model = lenet5.model({ inputs: x, outputs: layer(x), numerics });
      model.setWeights({ "w/kernel": start });
      model.compile({ optimizer: optimizerOf(optimizer), loss: "mean_absolute_error" });
      const labels = Float32Array.of(-1e6);
      for (const gradient of gradients) {
        await model.fit({ images: { shape: [1, count], data: Float32Array.from(gradient) }, labels }, { verbose: 0 });
      }
      const weights = model.weights.get("w/kernel")!.data;
      const tolerance = gradients.length * HALF_UNIT + roundedShare(optimizer, start, result);
      result.forEach((want, i) => {
        expect(Math.abs(weights[i]! - want), `weight ${i}`).toBeLessThan(tolerance);
      });
    },
  );
});

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
