import { describe, expect, it } from "vitest";
import {
  activation,
  auc,
  binaryCrossentropy,
  dense,
  digits,
  f1Score,
  input,
  lenet5,
  type MetricGiven,
  model,
  precision,
  rbf,
  recall,
  sgd,
  sparseCategoricalCrossentropy,
} from "../../src/index.ts";
import { checkedMetric, tallyOf } from "../../src/training/metrics/table.ts";

/** A network that passes `width` scores on through an activation. */
function passing(width: number, name: "linear" | "softmax" | "sigmoid" = "linear") {
  const scores = input({ shape: [width] });
  return model({ inputs: scores, outputs: activation({ activation: name })(scores) });
}

const rows = (width: number, data: number[]) => ({
  shape: [data.length / width, width],
  data: Float32Array.from(data),
});

describe("metrics of outputs", () => {
  it("training reports what evaluation reports, for any number of threads and any batch size", async () => {
    const { train } = digits({ train: 200, test: 1 });
    const metrics: MetricGiven[] = ["accuracy", "top_3_accuracy", precision(), recall(), f1Score(), auc()];
    const names = ["accuracy", "top_3_accuracy", "precision", "recall", "f1_score", "auc"];
    const seen = [];
    for (const [threads, batchSize] of [
      [1, 200],
      [2, 64],
      [3, 7],
    ] as const) {
      const net = lenet5({ threads, seed: 3 });
      net.compile({ optimizer: sgd({ learningRate: 0 }), loss: "sparse_categorical_crossentropy", metrics });
      const { history } = await net.fit(train, { batchSize, seed: 1, validationSplit: 0.25, verbose: 0 });
      const evaluation = await net.evaluate(train);
      seen.push(names.map((name) => evaluation[name]));
      const part = await net.evaluate({
        images: { ...train.images, shape: [150, 32, 32, 1], data: train.images.data.subarray(0, 150 * 1024) },
        labels: Array.from(train.labels).slice(0, 150),
      });
      for (const name of names) {
        expect(history[name]![0], name).toBeCloseTo(part[name] as number, 10);
        expect(history[`val_${name}`]).toHaveLength(1);
      }
    }
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[2]).toEqual(seen[0]);
  });

  it("read probabilities where the engine computes with logits or distances", async () => {
    const net = passing(3, "softmax");
    const loudest = (label: number | Float32Array, outputs: Float32Array) => outputs[label as number]!;
    net.compile({ loss: "sparse_categorical_crossentropy", metrics: [loudest] });
    const logits = rows(3, [1, 2, 3, 4, 0, 0]);
    const { data } = await net.predict(logits);
    const result = await net.evaluate({ images: logits, labels: [1, 0] });
    expect(result.loudest).toBeCloseTo((data[1]! + data[3]!) / 2, 6);

    const centres = input({ shape: [2] });
    const distances = model({
      inputs: centres,
      outputs: rbf({ units: 2, centresInitializer: { uniform: [-1, 1] } })(centres),
    });
    distances.compile({ loss: "rbf_mse", metrics: [loudest] });
    const value = (await distances.evaluate({ images: rows(2, [0.3, -0.2]), labels: [1] })).loudest as number;
    const [first, second] = (await distances.predict(rows(2, [0.3, -0.2]))).data;
    expect(value).toBeCloseTo(Math.exp(-second!) / (Math.exp(-first!) + Math.exp(-second!)), 6);
  });

  it("of a loss from logits are those of the same network with softmax or sigmoid", async () => {
    const images = rows(2, [3, -2, 0.4, 0.1, -1, 2, 0.2, 5, -0.3, -0.2]);
    const metrics: MetricGiven[] = ["accuracy", precision(), recall(), f1Score(), auc(), "mean_absolute_error"];
    const labels = [0, 1, 1, 1, 0];
    const of = async (net: ReturnType<typeof passing>, given: number[]) => {
      const { loss: _, ...values } = await net.evaluate({ images, labels: given });
      return values;
    };
    const [softmax, logits] = [passing(2, "softmax"), passing(2)];
    softmax.compile({ loss: "sparse_categorical_crossentropy", metrics });
    logits.compile({ loss: sparseCategoricalCrossentropy({ fromLogits: true }), metrics });
    expect(await of(logits, labels)).toEqual(await of(softmax, labels));

    const [sigmoid, units] = [passing(2, "sigmoid"), passing(2)];
    sigmoid.compile({ loss: "binary_crossentropy", metrics });
    units.compile({ loss: binaryCrossentropy({ fromLogits: true }), metrics });
    const both = [1, 0, 0, 1, 1, 1, 0, 0, 0, 1];
    const [seen, wanted] = [await of(units, both), await of(sigmoid, both)];
    for (const [name, value] of Object.entries(wanted)) expect(seen[name], name).toBeCloseTo(value as number, 6);
  });

  it("the accuracy of one output cuts it at 0.5", async () => {
    const net = passing(1);
    net.compile({ loss: "mean_squared_error", metrics: ["accuracy", "precision"] });
    const result = await net.evaluate({ images: rows(1, [0.9, 0.2, 0.6, 0.5]), labels: [1, 0, 0, 1] });
    expect(result.accuracy).toBe(0.5);
    expect(result.precision).toBe(0.5);
  });
});

describe("outputs that are equal, 0 or NaN", () => {
  async function scored(outputs: number[], metrics: MetricGiven[]) {
    const net = passing(3);
    net.compile({ loss: "mean_squared_error", metrics });
    const { loss: _, ...values } = await net.evaluate({ images: rows(3, outputs), labels: [1, 0, 0, 0, 1, 0] });
    return values;
  }

  it("of equal outputs, the first count as the best k, as in Keras 3.15", async () => {
    const metrics = [precision({ topK: 2 }), recall({ topK: 2 })];
    expect(await scored([1, 0, 0, 0, 0, 1], metrics)).toEqual({ precision: 0.25, recall: 0.5 });
    expect(await scored([0.5, 0.5, 0.5, 0.5, 0.5, 0.5], metrics)).toEqual({ precision: 0.5, recall: 1 });
  });

  it("outputs of 0 predict no class for F1, as in Keras 3.15", async () => {
    expect(await scored([0, 0, 0, 0, 0, 0], [f1Score()])).toEqual({ f1_score: 0 });
    expect(await scored([0, -1, -1, 0, 2, 0], [f1Score({ average: "micro" })])).toEqual({ f1_score: 2 / 3 });
  });

  it("the area under a curve of outputs that are NaN is NaN", async () => {
    const tally = tallyOf(checkedMetric("metrics", auc()), 3);
    const outputs = Float32Array.of(Number.NaN, 0, 0, 0, 1, 0);
    tally.add({ count: 2, width: 3, outputs, labels: Float32Array.of(1, 0, 0, 0, 1, 0) });
    expect(tally.value).toBeNaN();
    expect(await scored([0.5, 0.5, 0.5, 0.5, 0.5, 0.5], [auc()])).toEqual({ auc: 0.5 });
  });
});

describe("a custom metric", () => {
  it("is a function of label and outputs, whose mean is reported under its name", async () => {
    const { train } = digits({ train: 96, test: 1 });
    const net = lenet5({ seed: 3 });
    const seen = new Set<number>();
    function isEven(label: number | Float32Array) {
      seen.add(label as number);
      return (label as number) % 2 === 0 ? 1 : 0;
    }
    net.compile({ loss: "sparse_categorical_crossentropy", metrics: [isEven, "accuracy"] });
    const { history } = await net.fit(train, { epochs: 2, batchSize: 10, verbose: 0 });
    const even = Array.from(train.labels).filter((label) => label % 2 === 0).length / 96;
    expect(history.isEven).toEqual([even, even]);
    expect((await net.evaluate(train)).isEven).toBe(even);
    expect(seen.size).toBe(10);
  });

  it("gets rows of targets with a loss of rows", async () => {
    const net = passing(2);
    const first = (label: number | Float32Array, outputs: Float32Array) => (label as Float32Array)[0]! * outputs[0]!;
    net.compile({ loss: "mean_squared_error", metrics: [first] });
    expect((await net.evaluate({ images: rows(2, [3, 1, 5, 1]), labels: [1, 0, 2, 0] })).first).toBe(6.5);
  });

  it("that gives no number is an error, which leaves the model usable", async () => {
    const net = passing(2);
    const wrong = () => Number.NaN;
    net.compile({ loss: "mean_squared_error", metrics: [wrong] });
    const data = { images: rows(2, [3, 1]), labels: [1, 0] };
    await expect(net.evaluate(data)).rejects.toThrow(
      'metric "wrong": expected a finite number for each image, got NaN',
    );
    net.compile({ loss: "mean_squared_error" });
    expect((await net.evaluate(data)).loss).toBe(2.5);
  });
});

it.each<[MetricGiven[], RegExp]>([
  [
    ["accuracy", "accuracy"],
    /^compile metrics: expected different names, got "accuracy" twice: give one the option name$/,
  ],
  [[precision(), precision({ threshold: 0.3 })], /got "precision" twice/],
  [[recall({ classId: 3 })], /^compile metrics "recall" classId: expected at most 2, got 3$/],
  [["top_4_accuracy"], /^compile metrics "top_4_accuracy": expected at most 3 best of 3 outputs, got 4$/],
  [[precision({ name: "loss" })], /expected another name than "loss"/],
])("compile refuses %j for three outputs", (metrics, message) => {
  const image = input({ shape: [3] });
  const net = model({ inputs: image, outputs: dense({ units: 3 })(image) });
  expect(() => net.compile({ loss: "mean_squared_error", metrics })).toThrow(message);
});
