import { expect, it } from "vitest";
import { dense, digits, input, lenet5, model, sgd } from "../index.ts";
import { balancedWeights } from "./class-weight.ts";

it("balanced weights give each class that occurs the same sum, and the mean weight 1", () => {
  expect(balancedWeights([0, 0, 0, 2, 9, 9], 4, 3)).toEqual({ 0: 4 / 6, 2: 2 });
  expect(balancedWeights(Float32Array.of(1, 0, 0, 1, 1, 0), 3, 2)).toEqual({ 0: 3 / 4, 1: 3 / 2 });
  expect(balancedWeights(Float32Array.of(1, 0, 0, 0), 4, 1)).toEqual({ 0: 4 / 6, 1: 2 });
});

it("fit with balanced weights equals fit with these weights, of the training images alone", async () => {
  const { train } = digits({ train: 80, test: 1 });
  const labels = Array.from(train.labels, (label, i) => (i < 60 ? Number(label === 3) : 7));
  const losses = [];
  const ones = labels.slice(0, 60).reduce((sum, label) => sum + label, 0);
  for (const classWeight of ["balanced" as const, { 0: 60 / (2 * (60 - ones)), 1: 60 / (2 * ones) }]) {
    const net = lenet5({ seed: 2 });
    net.compile({ optimizer: "adam", loss: "sparse_categorical_crossentropy" });
    const data = { images: train.images, labels };
    const { history } = await net.fit(data, { epochs: 2, validationSplit: 0.25, classWeight, verbose: 0 });
    losses.push([history.loss, history.val_loss]);
  }
  expect(losses[1]).toEqual(losses[0]);
});

it("weights of classes 0 and 1 count with one output", async () => {
  const image = input({ shape: [1] });
  const net = model({ inputs: image, outputs: dense({ units: 1, kernelInitializer: "ones" })(image) });
  net.compile({ optimizer: sgd({ learningRate: 0 }), loss: "mean_squared_error" });
  const data = { images: { shape: [2, 1], data: Float32Array.of(3, 2) }, labels: [1, 0] };
  const { history } = await net.fit(data, { classWeight: { 1: 10 }, verbose: 0 });
  expect(history.loss).toEqual([(10 * 4 + 4) / 2]);
});

it.each([
  [{ classWeight: "even" }, /^fit classWeight: expected "balanced", got "even"$/],
  [{ classWeight: 2 }, /^fit classWeight: expected "balanced" or an object such as \{ 0: 1, 1: 2 \}, got 2$/],
])("refuses %j", async (options, message) => {
  const { train } = digits({ train: 4, test: 1 });
  const net = lenet5();
  net.compile({ loss: "sparse_categorical_crossentropy" });
  await expect(net.fit(train, options as never)).rejects.toThrow(message);
  await expect(net.fit([train], { classWeight: "balanced" })).rejects.toThrow(/got data that come in batches/);
});
