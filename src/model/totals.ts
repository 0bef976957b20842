import type { StepResult } from "../engine/messages.ts";
import type { Target } from "./objectives.ts";

/** Sums over images, for means. */
export interface Totals {
  images: number;
  /** For each target, the loss, and for each metric the number of images that it counts. */
  readonly targets: readonly { loss: number; readonly hits: number[] }[];
}

export function emptyTotals(targets: readonly Target[]): Totals {
  return { images: 0, targets: targets.map(({ metrics }) => ({ loss: 0, hits: metrics.map(() => 0) })) };
}

export function addSteps(totals: Totals, steps: readonly StepResult[]): void {
  for (const step of steps) {
    totals.images += step.images;
    step.targets.forEach(({ loss, hits }, t) => {
      const target = totals.targets[t]!;
      target.loss += loss;
      hits.forEach((count, i) => {
        target.hits[i]! += count;
      });
    });
  }
}

/**
 * Means by Keras's names, each after `prefix`: `loss`, `accuracy`, ... With several outputs, `loss` is the weighted sum,
 * and the loss and metrics of each output have its name: `digit_loss`, `digit_accuracy`. As in Keras, a loss that is the
 * only one is `loss` alone.
 */
export function means(totals: Totals, targets: readonly Target[], prefix = ""): Record<string, number> {
  const { images } = totals;
  const trained = targets.filter(({ loss }) => loss).length;
  const losses: Record<string, number> = {};
  const metrics: Record<string, number> = {};
  let loss = 0;
  targets.forEach((target, t) => {
    const sums = totals.targets[t]!;
    const own = prefix + target.prefix;
    if (target.loss) {
      const mean = sums.loss / images;
      loss += target.lossWeight * mean;
      if (trained > 1) losses[`${own}loss`] = mean;
    }
    target.metrics.forEach((metric, i) => {
      metrics[own + metric] = sums.hits[i]! / images;
    });
  });
  return { [`${prefix}loss`]: loss, ...losses, ...metrics };
}
