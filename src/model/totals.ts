import { InputError } from "../core/errors.ts";
import type { Tally } from "../training/metrics/metric.ts";
import { rankLimit, tallyOf } from "../training/metrics/table.ts";
import type { Target } from "./objectives.ts";
import type { Position } from "./position.ts";
import type { ScoredStep } from "./scored-steps.ts";

type SavedTotals = NonNullable<Position["within"]>["totals"];

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

/** The sums as plain JSON, but for NaN and infinite numbers. */
export function savedTotals({ images, penalty, targets }: Totals): SavedTotals {
  const saved = targets.map(({ loss, hits, tallies }) => ({
    loss,
    hits: [...hits],
    tallies: tallies.map(({ sums }) => [...sums]),
  }));
  return { images, penalty, targets: saved };
}

/** The sums that were saved. @throws InputError unless they are those of such targets */
export function restoredTotals(saved: SavedTotals, targets: readonly Target[]): Totals {
  const totals = emptyTotals(targets);
  const kindOf = (each: SavedTotals) =>
    JSON.stringify(each.targets.map(({ hits, tallies }) => [hits.length, tallies.map(({ length }) => length)]));
  if (kindOf(saved) !== kindOf(savedTotals(totals)))
    throw new InputError("fit: expected the loss and metrics that the model was saved with, got others");
  saved.targets.forEach(({ loss, hits, tallies }, t) => {
    const target = totals.targets[t]!;
    target.loss = loss;
    target.hits.splice(0, hits.length, ...hits);
    for (const [i, sums] of tallies.entries()) target.tallies[i]!.sums.set(sums);
  });
  totals.images = saved.images;
  totals.penalty = saved.penalty;
  return totals;
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
 * and what regularizers add, and the loss and metrics of each output have its name: `digit_loss`, `digit_accuracy`. As in
 * Keras, a loss that is the only one is `loss` alone.
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
