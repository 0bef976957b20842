import type { Tally } from "../training/metrics/metric.ts";
import { rankLimit, tallyOf } from "../training/metrics/table.ts";
import type { Target } from "./objectives.ts";
import type { ScoredStep } from "./scored-steps.ts";

/** Sums over images, for means. */
export interface Totals {
  images: number;
  /** What regularizers add to the loss. */
  penalty: number;
  /** For each target, the loss, the hits of each metric that the engine counts, and the others. */
  readonly targets: readonly { loss: number; readonly hits: number[]; readonly tallies: readonly Tally[] }[];
}

export function emptyTotals(targets: readonly Target[]): Totals {
  const targetTotals = targets.map(({ metrics, classes }) => {
    const counted = metrics.filter((metric) => rankLimit(metric, classes) !== undefined);
    const read = metrics.filter((metric) => rankLimit(metric, classes) === undefined);
    return { loss: 0, hits: counted.map(() => 0), tallies: read.map((metric) => tallyOf(metric, classes)) };
  });
  return { images: 0, penalty: 0, targets: targetTotals };
}

export function addSteps(totals: Totals, steps: readonly ScoredStep[]): void {
  for (const step of steps) {
    totals.images += step.images;
    totals.penalty += step.penalty ?? 0;
    step.targets.forEach(({ loss, hits, scored }, t) => {
      const target = totals.targets[t]!;
      target.loss += loss;
      hits.forEach((count, i) => {
        target.hits[i]! += count;
      });
      if (scored) for (const tally of target.tallies) tally.add(scored);
    });
  }
}

/**
 * Means by Keras's names, each after `prefix`: `loss`, `accuracy`, ... With several outputs, `loss` is the weighted sum
 * and what regularizers add, and the loss and metrics of each output have its name: `digit_loss`, `digit_accuracy`. As in Keras, a loss that is the
 * only one is `loss` alone.
 */
export function means(totals: Totals, targets: readonly Target[], prefix = ""): Record<string, number> {
  const { images } = totals;
  const trained = targets.filter(({ loss }) => loss).length;
  const losses: Record<string, number> = {};
  const metrics: Record<string, number> = {};
  let loss = 0;
  targets.forEach((target, t) => {
    const { loss: sum, hits, tallies } = totals.targets[t]!;
    const own = prefix + target.prefix;
    if (target.loss) {
      const mean = sum / images;
      loss += target.lossWeight * mean;
      if (trained > 1) losses[`${own}loss`] = mean;
    }
    let [counted, read] = [0, 0];
    for (const metric of target.metrics) {
      const isCounted = rankLimit(metric, target.classes) !== undefined;
      metrics[own + metric.name] = isCounted ? hits[counted++]! / images : tallies[read++]!.value;
    }
  });
  return { [`${prefix}loss`]: loss + totals.penalty / images, ...losses, ...metrics };
}
