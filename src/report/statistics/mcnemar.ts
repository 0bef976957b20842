import type { PredictionsJson } from "../results.ts";

export interface McNemar {
  /** Images that only the first network misread. */
  readonly onlyFirst: number;
  /** Images that only the second misread. */
  readonly onlySecond: number;
  /** How likely a split at least this uneven is if both are equally good. */
  readonly p: number;
}

/**
 * Whether two networks differ by more than chance on the same images: of those that only one of them misread, each
 * would be misread by either with equal chance. Exact (binomial, two-sided), so that it holds for few images too.
 * McNemar 1947, "Note on the sampling error of the difference between correlated proportions".
 */
export function mcnemar(first: PredictionsJson, second: PredictionsJson): McNemar {
  let [onlyFirst, onlySecond] = [0, 0];
  first.labels.forEach((label, i) => {
    const [a, b] = [first.predicted[i] === label, second.predicted[i] === label];
    if (!a && b) onlyFirst++;
    if (a && !b) onlySecond++;
  });
  return { onlyFirst, onlySecond, p: binomialTwoSided(Math.min(onlyFirst, onlySecond), onlyFirst + onlySecond) };
}

/** The chance of at most k or at least n - k heads in n tosses. */
function binomialTwoSided(k: number, n: number): number {
  // In logarithms: 2^-n is 0 in doubles from n = 1075 on.
  let logTerm = -n * Math.LN2;
  let sum = Math.exp(logTerm);
  for (let i = 1; i <= k; i++) {
    logTerm += Math.log(n - i + 1) - Math.log(i);
    sum += Math.exp(logTerm);
  }
  return Math.min(1, 2 * sum);
}

/**
 * Which of several p-values are below the level when all are asked at once. Holm 1979, "A simple sequentially rejective
 * multiple test procedure".
 */
export function holm(ps: readonly number[], level = 0.05): boolean[] {
  const order = ps.map((_, i) => i).sort((a, b) => ps[a] - ps[b]);
  const rejected = ps.map(() => false);
  for (const [rank, i] of order.entries()) {
    if (ps[i] > level / (ps.length - rank)) break;
    rejected[i] = true;
  }
  return rejected;
}
