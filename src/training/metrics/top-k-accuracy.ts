import { type ConfigOf, checkedOptions, type OptionsOf, optional, whole } from "../../core/options.ts";
import { everyMetric, type MetricConfig, type MetricDefinition, named, type Tally } from "./metric.ts";

const options = {
  ...everyMetric,
  /** The number of best scores, at least 1. Default 5. */
  k: optional(whole(), 5),
};

/** Options of {@link topKAccuracy}. */
export interface TopKAccuracyOptions extends OptionsOf<typeof options> {}

/** {@link topKAccuracy} as it is saved. */
export interface TopKAccuracy extends MetricConfig, Omit<ConfigOf<typeof options>, "name"> {
  /** The metric's name. */
  readonly type: "top_k_accuracy";
}

/**
 * The share of images whose true class is among the k best scores. `compile` also takes "top_3_accuracy" and so on.
 * https://keras.io/api/metrics/accuracy_metrics/#sparsetopkcategoricalaccuracy-class
 * @throws InputError for options that are unknown or out of range
 */
export function topKAccuracy(given: TopKAccuracyOptions = {}): TopKAccuracy {
  const config = checkedOptions("topKAccuracy", options, given);
  return named("top_k_accuracy", { ...config, name: config.name ?? `top_${config.k}_accuracy` });
}

export const topKAccuracyMetric: MetricDefinition<TopKAccuracy> = {
  create: topKAccuracy,
  rankLimit: ({ k }) => k,
  tally: countedByTheEngine,
};

/** For metrics that always have a rank limit. */
function countedByTheEngine(): Tally {
  throw new Error("the engine counts this metric by rank");
}
