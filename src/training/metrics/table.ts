import { InputError, listed, shown } from "../../core/errors.ts";
import { taggedOptions } from "../../core/tagged.ts";
import { type Accuracy, accuracyMetric } from "./accuracy.ts";
import { type Auc, aucMetric } from "./auc.ts";
import { type BinaryAccuracy, binaryAccuracyMetric } from "./binary-accuracy.ts";
import { type CustomMetric, customMetric, type MetricFunction, tallyOfCustom } from "./custom.ts";
import { type F1Score, f1ScoreMetric } from "./f1-score.ts";
import { type MeanAbsoluteErrorMetric, meanAbsoluteErrorMetric } from "./mean-absolute-error.ts";
import { type MeanSquaredErrorMetric, meanSquaredErrorMetric } from "./mean-squared-error.ts";
import type { MetricDefinition, Tally } from "./metric.ts";
import { type Precision, precisionMetric } from "./precision.ts";
import { type Recall, recallMetric } from "./recall.ts";
import { type TopKAccuracy, topKAccuracyMetric } from "./top-k-accuracy.ts";

/** A metric by its `type`, complete with its options. Plain data: it is saved with the model. */
type TabledMetric =
  | Accuracy
  | Auc
  | BinaryAccuracy
  | F1Score
  | MeanAbsoluteErrorMetric
  | MeanSquaredErrorMetric
  | Precision
  | Recall
  | TopKAccuracy;

/** A metric, complete with its options, or a custom one. */
export type Metric = TabledMetric | CustomMetric;

type MetricType = TabledMetric["type"];
type MetricOf<Type extends MetricType> = Extract<TabledMetric, { readonly type: Type }>;

/** Every metric; its file holds everything about it. */
export const metrics: { readonly [Type in MetricType]: MetricDefinition<MetricOf<Type>> } = {
  accuracy: accuracyMetric,
  top_k_accuracy: topKAccuracyMetric,
  binary_accuracy: binaryAccuracyMetric,
  precision: precisionMetric,
  recall: recallMetric,
  f1_score: f1ScoreMetric,
  auc: aucMetric,
  mean_absolute_error: meanAbsoluteErrorMetric,
  mean_squared_error: meanSquaredErrorMetric,
};

/** Keras's other names. In the history a metric has the name that was given. */
const aliases = {
  acc: "accuracy",
  sparse_categorical_accuracy: "accuracy",
  categorical_accuracy: "accuracy",
  sparse_top_k_categorical_accuracy: "top_k_accuracy",
  top_k_categorical_accuracy: "top_k_accuracy",
  mae: "mean_absolute_error",
  mse: "mean_squared_error",
} as const satisfies Record<string, MetricType>;

/** The name of a metric with its default options; "top_3_accuracy" and so on: among the three best. */
export type MetricName = MetricType | keyof typeof aliases | `top_${number}_accuracy`;

/** A metric as `compile` takes it: a name, a metric such as `precision({ threshold: 0.4 })`, or a function. */
export type MetricGiven = MetricName | Metric | MetricFunction;

/**
 * A metric as a caller gives it, or as a file holds it.
 * @throws InputError for another name or value, and for options that are unknown or out of range
 */
export function checkedMetric(what: string, given: unknown): Metric {
  if (typeof given === "function") return customMetric(what, given as MetricFunction);
  if (typeof given === "string") return metricOfName(what, given);
  if (isCustom(given)) return given;
  const { type, options } = taggedOptions(what, given, Object.keys(metrics) as MetricType[]);
  return metrics[type].create(options as never);
}

function isCustom(given: unknown): given is CustomMetric {
  const metric = given as Partial<CustomMetric> | null;
  return typeof metric === "object" && metric?.type === "custom" && typeof metric.of === "function";
}

function metricOfName(what: string, name: string): Metric {
  const k = /^top_([1-9]\d*)_accuracy$/.exec(name)?.[1];
  if (k !== undefined) return metrics.top_k_accuracy.create({ k: Number(k) } as never);
  if (Object.hasOwn(metrics, name)) return metrics[name as MetricType].create({} as never);
  if (Object.hasOwn(aliases, name)) return metrics[aliases[name as keyof typeof aliases]].create({ name } as never);
  const names = listed([...Object.keys(metrics), ...Object.keys(aliases), "top_<k>_accuracy"]);
  throw new InputError(`${what}: expected ${names}, a metric such as precision(), or a function, got ${shown(name)}`);
}

/** Where the engine counts the metric: the rank below which the true class is a hit, from 0. Else undefined. */
export function rankLimit(metric: Metric, width: number): number | undefined {
  return metric.type === "custom" ? undefined : definitionOf(metric).rankLimit(metric as never, width);
}

/** The running value of a metric that reads the outputs, `width` for an image. */
export function tallyOf(metric: Metric, width: number): Tally {
  return metric.type === "custom" ? tallyOfCustom(metric) : definitionOf(metric).tally(metric as never, width);
}

function definitionOf({ type }: TabledMetric): MetricDefinition<never> {
  return metrics[type] as MetricDefinition<never>;
}
