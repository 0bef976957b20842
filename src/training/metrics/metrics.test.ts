import { expect, it } from "vitest";
import { checkedMetric, type MetricName, rankLimit } from "./table.ts";

it.each<[MetricName, number]>([
  ["accuracy", 1],
  ["top_1_accuracy", 1],
  ["top_3_accuracy", 3],
  ["top_10_accuracy", 10],
])("%s counts the best %i scores as hits", (name, limit) => {
  expect(checkedMetric("metrics", name)).toBe(name);
  expect(rankLimit(name)).toBe(limit);
});

it.each(["", "Accuracy", "top_0_accuracy", "top_03_accuracy", "top_3_accuracy2", "my_top_3_accuracy", "top__accuracy"])(
  'refuses "%s"',
  (name) => {
    expect(() => checkedMetric("compile metrics", name)).toThrow(
      `compile metrics: expected "accuracy" or "top_<k>_accuracy" such as "top_3_accuracy", got "${name}"`,
    );
  },
);

it.each([[undefined], [null], [3], [["top_3_accuracy"]]])("refuses %j, which is no text", (name) => {
  expect(() => checkedMetric("metrics", name)).toThrow(/^metrics: expected "accuracy"/);
});
