import type { PredictionsJson } from "../results.ts";

/** Result of {@link mcnemar}. */
export interface McNemar {
  /** Number of images that only the first network misclassified. */
  readonly onlyFirst: number;
  /** Number of images that only the second network misclassified. */
  readonly onlySecond: number;
  /** p-value: the probability of a split at least this uneven if both networks are equally good. */
  readonly p: number;
}

/**
 * McNemar's test of two networks on the same images. If both are equally good, an image that only one of them
 * misclassifies is an error of the first or the second with equal probability. The test is exact (binomial, two-sided),
 * so that it holds for few images too. McNemar 1947, "Note on the sampling error of the difference between correlated
 * proportions".
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

/** The probability of at most k or at least n - k heads in n tosses of a coin. */
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
 * Holm's correction for several tests: for each p-value, whether it is significant at the level. Holm 1979, "A simple
 * sequentially rejective multiple test procedure".
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
