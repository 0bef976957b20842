import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { dense, input, type Metric, type MetricGiven, type MetricName, model, sgd } from "../../src/index.ts";
import { checkedMetric, metrics, rankLimit, tallyOf } from "../../src/training/metrics/table.ts";
import { checkSaving } from "./models.ts";
import { fileOf, lineInDocs, table } from "./table.ts";

type Type = keyof typeof metrics;

/**
 * Each metric with options that are not its defaults, where it has any, and its value for three images with the outputs
 * 5, 1, 3 whose classes are 0, 2 and 1: the true class scores best, second and worst.
 */
const samples: { readonly [Name in Type]: { readonly metric: MetricGiven; readonly value: number } } = {
  accuracy: { metric: "accuracy", value: 1 / 3 },
  top_k_accuracy: { metric: { type: "top_k_accuracy", name: "best_two", k: 2 }, value: 2 / 3 },
  // Above 2 are the outputs 0 and 2. Right are two outputs of the first image, two of the second, none of the third.
  binary_accuracy: { metric: { type: "binary_accuracy", name: "binary_accuracy", threshold: 2 }, value: 4 / 9 },
  precision: { metric: { type: "precision", name: "precision", threshold: 4 } as Metric, value: 1 / 3 },
  recall: { metric: { type: "recall", name: "recall", topK: 2 } as Metric, value: 2 / 3 },
  f1_score: { metric: { type: "f1_score", name: "f1", average: "micro" } as Metric, value: 1 / 3 },
  // All outputs count as 1: one point of the curve, the diagonal.
  auc: { metric: { type: "auc", name: "area", numThresholds: 3, curve: "ROC", summationMethod: "majoring" }, value: 1 },
  mean_absolute_error: { metric: "mean_absolute_error", value: (4 + 1 + 3 + 5 + 1 + 2 + 5 + 0 + 3) / 9 },
  mean_squared_error: { metric: "mean_squared_error", value: (16 + 1 + 9 + 25 + 1 + 4 + 25 + 0 + 9) / 9 },
};

const file = (type: Type) => `src/training/metrics/${fileOf(type)}.ts`;

export const metricTable = table<Type>("metric", metrics, [
  {
    piece: "a config that its check reads back",
    file,
    check(type) {
      const metric = checkedMetric("metric", samples[type].metric);
      expect(metric.type).toBe(type);
      expect(checkedMetric("metric", metric)).toEqual(metric);
    },
  },
  {
    piece: "the value that its definition gives, in training and in evaluation",
    file,
    async check(type) {
      const { metric, value } = samples[type];
      const { name } = checkedMetric("metric", metric);
      const made = modelWith(metric);
      const images = { shape: [3, 3], data: Float32Array.of(5, 1, 3, 5, 1, 3, 5, 1, 3) };
      const data = { images, labels: [1, 0, 0, 0, 0, 1, 0, 1, 0] };
      const { history } = await made.fit(data, { batchSize: 2, validationData: data, verbose: 0 });
      expect(history[name]![0]).toBeCloseTo(value, 6);
      expect(history[`val_${name}`]![0]).toBeCloseTo(value, 6);
      expect((await made.evaluate(data))[name]).toBeCloseTo(value, 6);
    },
  },
  {
    piece: "a tally whose `sums` are all that it has counted: a model that is saved within an epoch keeps them",
    file,
    check(type) {
      const metric = checkedMetric("metric", samples[type].metric);
      if (rankLimit(metric, 3) !== undefined) return;
      const scored = (labels: number[], outputs: number[]) => ({
        count: 2,
        width: 3,
        labels,
        outputs: Float32Array.from(outputs),
      });
      const parts = [
        scored([0, 2], [0.7, 0.1, 0.2, 0.5, 0.3, 0.2]),
        scored([1, 1], [0.1, 0.6, 0.3, 0.2, 0.2, 0.6]),
      ] as const;
      const [whole, first, second] = [tallyOf(metric, 3), tallyOf(metric, 3), tallyOf(metric, 3)];
      for (const part of parts) whole.add(part);
      first.add(parts[0]);
      expect(first.sums.some((sum) => sum !== 0)).toBe(true);
      second.sums.set(first.sums);
      second.add(parts[1]);
      expect(second.value).toBe(whole.value);
    },
  },
  {
    piece: "golden numbers from Keras",
    file: "tools/golden/metrics.py and test/golden/metrics.json",
    check(type) {
      const golden = JSON.parse(readFileSync(new URL("../golden/metrics.json", import.meta.url), "utf8"));
      return (golden.cases as { metric: Metric }[]).some(({ metric }) => metric.type === type);
    },
  },
  {
    piece: "options that saving and loading keep",
    file,
    check: (type) => checkSaving(modelWith(samples[type].metric)),
  },
  lineInDocs((type) => (type === "top_k_accuracy" ? ("top_2_accuracy" satisfies MetricName) : type)),
]);

/** Passes its input on, and does not learn. */
function modelWith(metric: MetricGiven) {
  const x = input({ shape: [3] });
  const made = model({ inputs: x, outputs: dense({ units: 3, name: "same" })(x) });
  made.setWeights({ "same/kernel": [1, 0, 0, 0, 1, 0, 0, 0, 1] });
  const optimizer = sgd({ learningRate: 0 });
  made.compile({ optimizer, loss: "mean_squared_error", metrics: [metric] });
  return made;
}
