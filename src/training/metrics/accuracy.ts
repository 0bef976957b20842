import type { MetricDefinition } from "./metric.ts";

/** The share of images whose true class has the best score. https://keras.io/api/metrics/accuracy_metrics/ */
export const accuracy: MetricDefinition = {
  spelling: '"accuracy"',
  rankLimit: (name) => (name === "accuracy" ? 1 : undefined),
};
