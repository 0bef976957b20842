import { expect } from "vitest";
import { dense, input, type MetricName, model, sgd } from "../../src/index.ts";
import { checkedMetric, metrics } from "../../src/training/metrics/table.ts";
import { checkSaving } from "./models.ts";
import { fileOf, lineInDocs, table } from "./table.ts";

type Family = keyof typeof metrics;

/** A name of each family, and its value where the true class scores best, second and worst of three. */
const samples: { readonly [Name in Family]: { readonly name: MetricName; readonly value: number } } = {
  accuracy: { name: "accuracy", value: 1 / 3 },
  topKAccuracy: { name: "top_2_accuracy", value: 2 / 3 },
};

/** The example in Keras's documentation of each metric (keras.io/api/metrics/accuracy_metrics), with its result. */
const fromKeras: { readonly [Name in Family]?: { readonly name: MetricName; readonly value: number } } = {
  // SparseCategoricalAccuracy()
  accuracy: { name: "accuracy", value: 0.5 },
  // SparseTopKCategoricalAccuracy(k=1)
  topKAccuracy: { name: "top_1_accuracy", value: 0.5 },
};
const kerasExample = {
  images: { shape: [2, 3], data: Float32Array.of(0.1, 0.9, 0.8, 0.05, 0.95, 0) },
  // One-hot: the classes 2 and 1.
  labels: [0, 0, 1, 0, 1, 0],
};

const file = (family: Family) => `src/training/metrics/${fileOf(family)}.ts`;

export const metricTable = table<Family>("metric", metrics, [
  { piece: "a name", file, check: (family) => checkedMetric("metric", samples[family].name) === samples[family].name },
  {
    piece: "the value that its definition gives, in training and in evaluation",
    file,
    async check(family) {
      const { name, value } = samples[family];
      const made = modelWith(name);
      const images = { shape: [3, 3], data: Float32Array.of(5, 1, 3, 5, 1, 3, 5, 1, 3) };
      // One-hot: the classes 0, 2 and 1.
      const data = { images, labels: [1, 0, 0, 0, 0, 1, 0, 1, 0] };
      const { history } = await made.fit(data, { verbose: 0 });
      expect(history[name]![0]).toBeCloseTo(value, 6);
      expect((await made.evaluate(data))[name]).toBeCloseTo(value, 6);
    },
  },
  {
    piece: "golden numbers from Keras",
    file: "test/members/metrics.ts",
    async check(family) {
      const golden = fromKeras[family];
      if (!golden) return false;
      expect((await modelWith(golden.name).evaluate(kerasExample))[golden.name]).toBe(golden.value);
      return true;
    },
  },
  {
    piece: "a name that saving and loading keep",
    file,
    check: (family) => checkSaving(modelWith(samples[family].name)),
  },
  lineInDocs((family) => samples[family].name),
]);

/** Passes its input on, and does not learn. */
function modelWith(metric: MetricName) {
  const x = input({ shape: [3] });
  const made = model({ inputs: x, outputs: dense({ units: 3, name: "same" })(x) });
  made.setWeights({ "same/kernel": [1, 0, 0, 0, 1, 0, 0, 0, 1] });
  const optimizer = sgd({ learningRate: 0 });
  made.compile({ optimizer, loss: "mean_squared_error", metrics: [metric] });
  return made;
}
