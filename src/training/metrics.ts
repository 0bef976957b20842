import { exp } from "../core/elementary.ts";
import { InputError } from "../core/errors.ts";

/** "accuracy": the share of images whose true class scores best; "top_3_accuracy": among the three best. */
export type MetricName = "accuracy" | `top_${number}_accuracy`;

/** A true class of a rank below this is a hit for the metric. */
export function rankLimit(metric: MetricName): number {
  if (metric === "accuracy") return 1;
  const k = Number(/^top_([1-9]\d*)_accuracy$/.exec(metric)?.[1]);
  if (!Number.isInteger(k)) {
    throw new InputError(
      `metrics: expected "accuracy" or "top_<k>_accuracy" such as "top_3_accuracy", got "${metric}"`,
    );
  }
  return k;
}

/** Precision, recall and F1 of a class; null where there is nothing to divide by. */
export interface ClassReport {
  readonly name: string;
  /** Of the images given this class, the share that are of it. */
  readonly precision: number | null;
  /** Of the images of this class, the share that were given it. */
  readonly recall: number | null;
  /** The harmonic mean of both. */
  readonly f1: number | null;
  /** Images of this class. */
  readonly support: number;
}

/** counts[t][p]: images of class t that were taken for class p. */
export function confusionMatrix(labels: ArrayLike<number>, predicted: ArrayLike<number>, classes: number): number[][] {
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < labels.length; i++) counts[labels[i]!]![predicted[i]!]!++;
  return counts;
}

/** Per class, from a confusion matrix. */
export function classReports(confusion: readonly (readonly number[])[], names: readonly string[]): ClassReport[] {
  return confusion.map((row, k) => {
    const right = row[k]!;
    const support = row.reduce((sum, count) => sum + count, 0);
    const given = confusion.reduce((sum, other) => sum + other[k]!, 0);
    return {
      name: names[k] ?? String(k),
      precision: given > 0 ? right / given : null,
      recall: support > 0 ? right / support : null,
      f1: given + support > 0 ? (2 * right) / (given + support) : null,
      support,
    };
  });
}

/** The class with the highest score in each row, or with the smallest; the lower one among equals. */
export function bestClasses(scores: ArrayLike<number>, classes: number, smallest = false): Int32Array {
  const best = new Int32Array(scores.length / classes);
  for (let i = 0; i < best.length; i++) {
    for (let k = 1; k < classes; k++) {
      const [score, known] = [scores[i * classes + k]!, scores[i * classes + best[i]!]!];
      if (smallest ? score < known : score > known) best[i] = k;
    }
  }
  return best;
}

/** How likely each class is by its squared distance y: e^-y over the sum of all, from the nearest on, so that nothing underflows. */
export function probabilitiesOfDistances(distances: ArrayLike<number>): number[] {
  const nearest = Array.from(distances).reduce(
    (least, distance) => Math.min(least, distance),
    Number.POSITIVE_INFINITY,
  );
  const weights = Array.from(distances, (distance) => exp(nearest - distance));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/**
 * How far the best score of a row is ahead of the second: what is rejected first where errors must be few (1998, section
 * III.C, Fig. 10).
 */
export function margin(scores: ArrayLike<number>): number {
  const [first = 0, second = 0] = Array.from(scores).sort((a, b) => b - a);
  return first - second;
}
