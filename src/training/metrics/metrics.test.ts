import { expect, it } from "vitest";
import { checkedMetric, rankLimit } from "./table.ts";

it.each([
  ["accuracy", { type: "accuracy", name: "accuracy" }, 1],
  ["acc", { type: "accuracy", name: "acc" }, 1],
  ["sparse_categorical_accuracy", { type: "accuracy", name: "sparse_categorical_accuracy" }, 1],
  ["top_1_accuracy", { type: "top_k_accuracy", name: "top_1_accuracy", k: 1 }, 1],
  ["top_10_accuracy", { type: "top_k_accuracy", name: "top_10_accuracy", k: 10 }, 10],
  ["top_k_categorical_accuracy", { type: "top_k_accuracy", name: "top_k_categorical_accuracy", k: 5 }, 5],
  ["precision", { type: "precision", name: "precision" }, undefined],
  ["mae", { type: "mean_absolute_error", name: "mae" }, undefined],
])("%s is complete, and is counted by rank where that is enough", (name, metric, limit) => {
  const checked = checkedMetric("metrics", name);
  expect(checked).toEqual(metric);
  expect(checkedMetric("metrics", checked)).toEqual(checked);
  expect(rankLimit(checked, 10)).toBe(limit);
});

it("with one output, the accuracy reads it", () => {
  expect(rankLimit(checkedMetric("metrics", "accuracy"), 1)).toBeUndefined();
});

it.each(["", "Accuracy", "top_0_accuracy", "top_03_accuracy", "top_3_accuracy2", "my_top_3_accuracy", "top__accuracy"])(
  'refuses "%s"',
  (name) => {
    expect(() => checkedMetric("compile metrics", name)).toThrow(
      /^compile metrics: expected "accuracy", .*"top_<k>_accuracy", a metric such as precision\(\), or a function, got "/,
    );
  },
);

it.each([
  [undefined, /^metrics: expected an object such as \{ type: "accuracy" \}, got undefined$/],
  [3, /got 3$/],
  [["accuracy"], /got an array/],
  [{ type: "auc", thresholds: 3 }, /^auc: expected options .*, got "thresholds"$/],
  [{ type: "auc", curve: "roc" }, /^auc curve: expected "ROC" or "PR", got "roc"$/],
  [{ type: "auc", numThresholds: 1 }, /^auc numThresholds: /],
  [{ type: "precision", threshold: Number.NaN }, /^precision threshold: expected a finite number, got NaN$/],
  [{ type: "recall", classId: -1 }, /^recall classId: /],
  [{ type: "f1_score", average: "none" }, /^f1Score average: expected "macro", "micro" or "weighted", got "none"$/],
  [() => 1, /^metrics: expected a function with a name/],
])("refuses %j", (given, message) => {
  expect(() => checkedMetric("metrics", given)).toThrow(message);
});
