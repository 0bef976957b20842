import { type ConfigOf, checkedOptions, finite, type OptionsOf, optional } from "../../core/options.ts";
import {
  everyMetric,
  type MetricConfig,
  type MetricDefinition,
  meanOf,
  meanOfOutputs,
  named,
  type Tally,
} from "./metric.ts";

const options = {
  ...everyMetric,
  /** Outputs above this count as 1, others as 0. Default 0.5. */
  threshold: optional(finite, 0.5),
};

/** Options of {@link binaryAccuracy}. */
export interface BinaryAccuracyOptions extends OptionsOf<typeof options> {}

/** {@link binaryAccuracy} as it is saved. */
export interface BinaryAccuracy extends MetricConfig, Omit<ConfigOf<typeof options>, "name"> {
  /** The metric's name, which `compile` also takes. */
  readonly type: "binary_accuracy";
}

/**
 * The share of outputs that, cut at the threshold to 0 or 1, equal their target; the mean over the images.
 * https://keras.io/api/metrics/accuracy_metrics/#binaryaccuracy-class
 * @throws InputError for options that are unknown or out of range
 */
export function binaryAccuracy(given: BinaryAccuracyOptions = {}): BinaryAccuracy {
  return named("binary_accuracy", checkedOptions("binaryAccuracy", options, given));
}

/** The share of outputs whose cut at the threshold equals the target. */
export function thresholded(threshold: number): Tally {
  return meanOf((scored, i) =>
    meanOfOutputs(scored, i, (output, target) => ((output > threshold ? 1 : 0) === target ? 1 : 0)),
  );
}

export const binaryAccuracyMetric: MetricDefinition<BinaryAccuracy> = {
  create: binaryAccuracy,
  rankLimit: () => undefined,
  tally: ({ threshold }) => thresholded(threshold),
};
