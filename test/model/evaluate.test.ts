import { describe, expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { noise } from "../engine/as-oracle.ts";

const { InputError, activation, dense, input, model, rbf } = lenet5;

/** A network whose three outputs are `end` of the three inputs. */
function onThree(end: (x: lenet5.SymbolicTensor) => lenet5.SymbolicTensor, loss: lenet5.LossName): lenet5.Model {
  const x = input({ shape: [3] });
  const made = model({ inputs: x, outputs: end(x), threads: 2 });
  made.compile({ loss, metrics: ["accuracy"] });
  return made;
}

const softmax = () => onThree(activation({ activation: "softmax" }), "sparse_categorical_crossentropy");
const rows = (...numbers: number[]) => ({ shape: [numbers.length / 3, 3], data: Float32Array.from(numbers) });
const exp = Math.exp;

describe("the prediction for every image", () => {
  it("of a softmax has the probability of the class, and the gap between the two highest logits", async () => {
    const images = rows(1, 4, 2, 0, 0, 0, 100, -100, 60);
    const { predictions } = await softmax().evaluate({ images, labels: [2, 0, 1] }, { predictions: true });
    expect(predictions.labels).toEqual([2, 0, 1]);
    expect(predictions.predicted).toEqual([1, 0, 0]);
    const expected = [exp(4) / (exp(1) + exp(4) + exp(2)), 1 / 3, 1];
    predictions.confidence.forEach((confidence, i) => {
      expect(confidence).toBeCloseTo(expected[i]!, 6);
    });
    expect(predictions.margin).toEqual([2, 0, 40]);
  });

  it("of rbf units is the smallest distance, with its probability and the gap to the second smallest", async () => {
    const net = onThree(rbf({ units: 3, name: "end" }), "rbf_mse");
    const [centers] = net.weights.keys();
    net.setWeights({ [centers!]: [1, 0, 0, 0, 1, 0, 0, 0, 1] });
    const images = rows(0.5, 1, 0, 0, 0, 1);
    const distances = await net.predict(images);
    expect([...distances.data]).toEqual([1.25, 0.25, 2.25, 2, 2, 0]);
    const { predictions } = await net.evaluate({ images, labels: [1, 0] }, { predictions: true });
    expect(predictions.predicted).toEqual([1, 2]);
    expect(predictions.margin).toEqual([1, 2]);
    expect(predictions.confidence[0]).toBeCloseTo(exp(-0.25) / (exp(-1.25) + exp(-0.25) + exp(-2.25)), 6);
    expect(predictions.confidence[1]).toBeCloseTo(1 / (1 + 2 * exp(-2)), 6);
  });

  it("of other outputs is the highest score, for a cross-entropy divided by the sum of the scores", async () => {
    const images = rows(1, 5, 2, 0.5, 0.25, 0.25);
    const entropy = onThree(activation({ activation: "sigmoid" }), "sparse_categorical_crossentropy");
    const of = await entropy.evaluate({ images, labels: [1, 0] }, { predictions: true });
    const s = (x: number) => 1 / (1 + Math.exp(-x));
    expect(of.predictions.confidence[0]).toBeCloseTo(s(5) / (s(1) + s(5) + s(2)), 6);
    expect(of.predictions.confidence[1]).toBeCloseTo(s(0.5) / (s(0.5) + 2 * s(0.25)), 6);
    expect(of.predictions.margin[0]).toBeCloseTo(s(5) - s(2), 6);
    const squares = onThree(activation({ activation: "linear" }), "mean_squared_error");
    const targets = Float32Array.of(0, 1, 0, 0, 0, 1);
    const { predictions } = await squares.evaluate({ images, labels: targets }, { predictions: true });
    expect(predictions).toEqual({ labels: [1, 2], predicted: [1, 0], confidence: [5, 0.5], margin: [3, 0.25] });
  });
});

describe("data in batches", () => {
  const count = 2100;
  const images = noise([count, 3], 5);
  const labels = Int32Array.from({ length: count }, (_, i) => i % 3);
  const part = (from: number, to: number) => ({
    images: { shape: [to - from, 3], data: images.data.slice(from * 3, to * 3) },
    labels: labels.slice(from, to),
  });
  const all = { confusionMatrix: true, predictions: true } as const;

  it("of different sizes give the same result as the same images in memory", async () => {
    const net = softmax();
    const memory = await net.evaluate({ images, labels }, all);
    const batches = [part(0, 1), part(1, 1100), part(1100, count)];
    const asynchronous = {
      async *[Symbol.asyncIterator]() {
        yield* batches;
      },
    };
    for (const stream of [batches, asynchronous]) {
      const { loss, ...rest } = await net.evaluate(stream, all);
      expect(loss).toBeCloseTo(memory.loss, 10);
      expect(rest).toEqual({ ...memory, loss: undefined });
    }
    expect(memory.predictions.predicted).toHaveLength(count);
    expect(memory.confusionMatrix.flat().reduce((sum, n) => sum + n)).toBe(count);
  });

  it("are refused when there is no batch", async () => {
    await expect(softmax().evaluate([])).rejects.toThrow(/^evaluate: expected at least one batch, got none$/);
  });

  it("are checked as images in memory are", async () => {
    const wrong = { images: rows(1, 2, 3), labels: [3] };
    await expect(softmax().evaluate([part(0, 4), wrong])).rejects.toThrow(
      /^labels: expected class numbers from 0 to 2/,
    );
  });
});

describe("evaluate", () => {
  const data = { images: rows(1, 4, 2, 3, 0, 0), labels: [1, 2] };

  it("returns only the requested parts", async () => {
    const keys = async (options: lenet5.EvaluateOptions) => Object.keys(await softmax().evaluate(data, options)).sort();
    expect(await keys({})).toEqual(["accuracy", "loss"]);
    expect(await keys({ confusionMatrix: true })).toEqual(["accuracy", "confusionMatrix", "loss", "perClass"]);
    expect(await keys({ predictions: true })).toEqual(["accuracy", "loss", "predictions"]);
  });

  it("multiplies each image's loss by its sample weight, but not its accuracy", async () => {
    const net = softmax();
    const [both, second] = [await net.evaluate(data), await net.evaluate({ images: rows(3, 0, 0), labels: [2] })];
    const weighted = await net.evaluate({ ...data, sampleWeight: [0, 3] });
    expect(weighted.loss).toBeCloseTo((3 * second.loss) / 2, 6);
    expect(weighted.accuracy).toBe(0.5);
    expect(both.accuracy).toBe(0.5);
  });

  it("uses the given class names, and the number of a class without a name", async () => {
    const { perClass } = await softmax().evaluate(data, { confusionMatrix: true, classNames: ["zero", "one"] });
    expect(perClass.map(({ name }) => name)).toEqual(["zero", "one", "2"]);
  });

  it.each([["ab"], [[1, 2]], [["a", 2]], [{}]])("class names %j are refused", async (classNames) => {
    const evaluation = softmax().evaluate(data, { confusionMatrix: true, classNames: classNames as never });
    await expect(evaluation).rejects.toThrow(/^evaluate classNames: expected a list of names, got /);
    await expect(evaluation).rejects.toThrow(InputError);
  });
});

it("the confusion matrix counts predictions by true class", async () => {
  const x = input({ shape: [3] });
  const made = model({
    inputs: x,
    outputs: dense({ units: 3, activation: "softmax", useBias: false, name: "end" })(x),
  });
  made.setWeights({ "end/kernel": [9, 0, 0, 0, 9, 0, 0, 0, 9] });
  made.compile({ loss: "sparse_categorical_crossentropy", metrics: ["accuracy", "top_2_accuracy"] });
  // Predictions 0, 0, 1, 1, 1; class 2 is never predicted.
  const images = { shape: [5, 3], data: Float32Array.of(1, 0.5, 0, 1, 0, 0.5, 0, 1, 0, 0, 1, 0.5, 0.5, 1, 0) };
  const result = await made.evaluate(
    { images, labels: [0, 1, 1, 2, 0] },
    { confusionMatrix: true, classNames: ["a", "b", "c"] },
  );
  expect(result.accuracy).toBe(0.4);
  expect(result.top_2_accuracy).toBe(0.8);
  expect(result.confusionMatrix).toEqual([
    [1, 1, 0],
    [1, 1, 0],
    [0, 1, 0],
  ]);
  expect(result.perClass).toEqual([
    { name: "a", precision: 1 / 2, recall: 1 / 2, f1: 1 / 2, support: 2 },
    { name: "b", precision: 1 / 3, recall: 1 / 2, f1: 2 / 5, support: 2 },
    { name: "c", precision: null, recall: 0, f1: 0, support: 1 },
  ]);
});
