import type { MetricDefinition } from "./metric.ts";

/**
 * "top_3_accuracy": the share of images whose true class is among the three best scores; so for any k of at least 1.
 * https://keras.io/api/metrics/accuracy_metrics/
 */
export const topKAccuracy: MetricDefinition = {
  spelling: '"top_<k>_accuracy" such as "top_3_accuracy"',
  rankLimit(name) {
    const k = /^top_([1-9]\d*)_accuracy$/.exec(name)?.[1];
    return k === undefined ? undefined : Number(k);
  },
};
