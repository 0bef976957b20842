/**
 * Shade of each cell of a confusion matrix, from 0 to 1. On the diagonal: share of the class's images. Elsewhere:
 * square root of count / count of the most frequent error. On a common scale, the errors of a good network would be
 * invisible.
 * @param images images of each class
 */
export function shades(counts: readonly (readonly number[])[], images: readonly number[]): number[][] {
  let worst = 1;
  for (const [t, row] of counts.entries())
    for (const [p, value] of row.entries()) if (p !== t) worst = Math.max(worst, value);
  return counts.map((row, t) =>
    row.map((value, p) => (p === t ? value / Math.max(1, images[t]) : Math.sqrt(value / worst))),
  );
}
