import { checkedOptions, type OptionsOf } from "../../core/options.ts";
import { everyMetric, type MetricConfig, type MetricDefinition, meanOf, meanOfOutputs, named } from "./metric.ts";

const options = { ...everyMetric };

/** The metric as it is saved. */
export interface MeanSquaredErrorMetric extends MetricConfig {
  /** The metric's name, which `compile` also takes. */
  readonly type: "mean_squared_error";
}

function create(given: OptionsOf<typeof options>): MeanSquaredErrorMetric {
  return named("mean_squared_error", checkedOptions("mean_squared_error", options, given));
}

/**
 * The mean over outputs and images of (output-target)^2. With class numbers as labels, the target of the true class is 1.
 * https://keras.io/api/metrics/regression_metrics/
 */
export const meanSquaredErrorMetric: MetricDefinition<MeanSquaredErrorMetric> = {
  create,
  rankLimit: () => undefined,
  tally: () => meanOf((scored, i) => meanOfOutputs(scored, i, (output, target) => (output - target) ** 2)),
};
