import { type ConfigOf, checkedOptions, type OptionsOf } from "../../core/options.ts";
import { binaryCounts, binaryCountOptions as options } from "./binary-counts.ts";
import { type MetricConfig, type MetricDefinition, named, share } from "./metric.ts";

/** Options of {@link precision}. */
export interface PrecisionOptions extends OptionsOf<typeof options> {}

/** {@link precision} as it is saved. */
export interface Precision extends MetricConfig, Omit<ConfigOf<typeof options>, "name"> {
  /** The metric's name, which `compile` also takes. */
  readonly type: "precision";
}

/**
 * The share of positive outputs whose target is positive: outputs above the threshold are positive. With class numbers as
 * labels, the target of the true class is 1, of the others 0.
 * https://keras.io/api/metrics/classification_metrics/#precision-class
 * @throws InputError for options that are unknown or out of range
 */
export function precision(given: PrecisionOptions = {}): Precision {
  return named("precision", checkedOptions("precision", options, given));
}

export const precisionMetric: MetricDefinition<Precision> = {
  create: precision,
  rankLimit: () => undefined,
  tally: (config) =>
    binaryCounts(config, ({ truePositives, falsePositives }) => share(truePositives, truePositives + falsePositives)),
};
