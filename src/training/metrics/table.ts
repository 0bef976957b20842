import { InputError, shown } from "../../core/errors.ts";
import { accuracy } from "./accuracy.ts";
import type { MetricDefinition } from "./metric.ts";
import { topKAccuracy } from "./top-k-accuracy.ts";

/** The names that each metric, or family of metrics, goes by. */
interface Names {
  readonly accuracy: "accuracy";
  readonly topKAccuracy: `top_${number}_accuracy`;
}

/** "accuracy": the share of images whose true class scores best; "top_3_accuracy": among the three best. */
export type MetricName = Names[keyof Names];

/** Every metric; its file holds everything about it. */
export const metrics: { readonly [Family in keyof Names]: MetricDefinition } = { accuracy, topKAccuracy };

/** The name of a metric. @throws InputError for any other name */
export function checkedMetric(what: string, name: unknown): MetricName {
  if (typeof name === "string" && limitOf(name) !== undefined) return name as MetricName;
  const spellings = Object.values(metrics).map(({ spelling }) => spelling);
  throw new InputError(`${what}: expected ${spellings.join(" or ")}, got ${shown(name)}`);
}

/** Where the true class has a rank below this, counted from 0, the metric has a hit. */
export function rankLimit(metric: MetricName): number {
  return limitOf(metric) ?? 1;
}

function limitOf(name: string): number | undefined {
  const limits = Object.values(metrics).map((metric) => metric.rankLimit(name));
  return limits.find((limit) => limit !== undefined);
}
