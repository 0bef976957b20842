import { type ConfigOf, checkedOptions, type OptionsOf } from "../../core/options.ts";
import { thresholded } from "./binary-accuracy.ts";
import { everyMetric, type MetricConfig, type MetricDefinition, named } from "./metric.ts";

const options = { ...everyMetric };

/** The accuracy as it is saved. */
export interface Accuracy extends MetricConfig {
  /** The metric's name, which `compile` also takes. */
  readonly type: "accuracy";
}

function create(given: OptionsOf<typeof options>): Accuracy {
  return named("accuracy", checkedOptions("accuracy", options, given) as ConfigOf<typeof options>);
}

/**
 * The share of images whose true class has the best score; with one output, the share of images whose label is 1 where
 * the output is above 0.5, else 0. https://keras.io/api/metrics/accuracy_metrics/
 */
export const accuracyMetric: MetricDefinition<Accuracy> = {
  create,
  rankLimit: (_, width) => (width === 1 ? undefined : 1),
  tally: () => thresholded(0.5),
};
