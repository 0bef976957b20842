import type { Confusion } from "../results.ts";

/**
 * How strongly each cell of a confusion matrix is shaded, from 0 to 1: what is right by its share of the class, what is
 * wrong by the root of its count against the most frequent mistake. On one scale, a good network's mistakes would not
 * be seen.
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
