import { checkedOptions, type OptionsOf } from "../../core/options.ts";
import { everyMetric, type MetricConfig, type MetricDefinition, meanOf, meanOfOutputs, named } from "./metric.ts";

const options = { ...everyMetric };

/** The metric as it is saved. */
export interface MeanAbsoluteErrorMetric extends MetricConfig {
  /** The metric's name, which `compile` also takes. */
  readonly type: "mean_absolute_error";
}

function create(given: OptionsOf<typeof options>): MeanAbsoluteErrorMetric {
  return named("mean_absolute_error", checkedOptions("mean_absolute_error", options, given));
}

/**
 * The mean over outputs and images of |output-target|. With class numbers as labels, the target of the true class is 1.
 * https://keras.io/api/metrics/regression_metrics/
 */
export const meanAbsoluteErrorMetric: MetricDefinition<MeanAbsoluteErrorMetric> = {
  create,
  rankLimit: () => undefined,
  tally: () => meanOf((scored, i) => meanOfOutputs(scored, i, (output, target) => Math.abs(output - target))),
};
