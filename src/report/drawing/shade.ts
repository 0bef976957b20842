import type { Confusion } from "../results.ts";

/**
 * Shade of each cell of a confusion matrix, from 0 to 1. On the diagonal: share of the class's images. Elsewhere:
 * square root of count / count of the most frequent error. On a common scale, the errors of a good network would be
 * invisible.
 */
export function shades(counts: Confusion): number[][] {
  const worst = counts.flatMap((row, t) => row.filter((_, p) => p !== t)).reduce((a, b) => Math.max(a, b), 1);
  return counts.map((row, t) => {
    const total = Math.max(
      1,
      row.reduce((sum, value) => sum + value, 0),
    );
    return row.map((value, p) => (p === t ? value / total : Math.sqrt(value / worst)));
  });
}
