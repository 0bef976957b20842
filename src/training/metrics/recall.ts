import { type ConfigOf, checkedOptions, type OptionsOf } from "../../core/options.ts";
import { binaryCounts, binaryCountOptions as options } from "./binary-counts.ts";
import { type MetricConfig, type MetricDefinition, named, share } from "./metric.ts";

/** Options of {@link recall}. */
export interface RecallOptions extends OptionsOf<typeof options> {}

/** {@link recall} as it is saved. */
export interface Recall extends MetricConfig, Omit<ConfigOf<typeof options>, "name"> {
  /** The metric's name, which `compile` also takes. */
  readonly type: "recall";
}

/**
 * The share of positive targets whose output is positive: outputs above the threshold are positive. With class numbers as
 * labels, the target of the true class is 1, of the others 0.
 * https://keras.io/api/metrics/classification_metrics/#recall-class
 * @throws InputError for options that are unknown or out of range
 */
export function recall(given: RecallOptions = {}): Recall {
  return named("recall", checkedOptions("recall", options, given));
}

export const recallMetric: MetricDefinition<Recall> = {
  create: recall,
  rankLimit: () => undefined,
  tally: (config) =>
    binaryCounts(config, ({ truePositives, falseNegatives }) => share(truePositives, truePositives + falseNegatives)),
};
