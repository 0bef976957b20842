import type { StepResult } from "../engine/messages.ts";
import type { MetricName } from "../training/metrics/table.ts";

/** Sums over images, for means. */
export interface Totals {
  images: number;
  loss: number;
  /** For each metric, the number of images that it counts. */
  readonly hits: number[];
}

export function emptyTotals(metrics: readonly MetricName[]): Totals {
  return { images: 0, loss: 0, hits: metrics.map(() => 0) };
}

export function addSteps(totals: Totals, steps: readonly StepResult[]): void {
  for (const step of steps) {
    totals.images += step.images;
    totals.loss += step.loss;
    step.hits.forEach((hits, i) => {
      totals.hits[i]! += hits;
    });
  }
}

/** Means by Keras's names, each after `prefix`: `loss`, `accuracy`, ... */
export function means(totals: Totals, metrics: readonly MetricName[], prefix = ""): Record<string, number> {
  const logs: Record<string, number> = { [`${prefix}loss`]: totals.loss / totals.images };
  metrics.forEach((metric, i) => {
    logs[prefix + metric] = totals.hits[i]! / totals.images;
  });
  return logs;
}
