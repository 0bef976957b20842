/** A point of a line; a y that is not a number is a gap. */
export interface LinePoint {
  readonly x: number;
  readonly y: number;
}

/** Points in a column of pixels that change what is seen: first, lowest, highest, last, and a gap. */
const PER_COLUMN = 5;

/**
 * The points of a line that are seen on `columns` columns of pixels, from x = `first` to `last`: of long lines, in each
 * column the first, the lowest, the highest and the last, and a gap. The drawing is the same, with as few points as the
 * width asks for.
 */
export function thinned<Point extends LinePoint>(
  points: readonly Point[],
  [first, last]: readonly [number, number],
  columns: number,
): readonly Point[] {
  if (points.length <= PER_COLUMN * columns) return points;
  const columnOf = ({ x }: Point) => Math.floor(((x - first) / (last - first || 1)) * columns);
  const kept: Point[] = [];
  for (let from = 0; from < points.length; ) {
    const column = columnOf(points[from]);
    let to = from + 1;
    while (to < points.length && columnOf(points[to]) === column) to++;
    for (const i of seen(points, from, to)) kept.push(points[i]);
    from = to;
  }
  // Points that run to and fro fill the chart, whichever are drawn.
  const stride = Math.ceil(kept.length / (2 * PER_COLUMN * columns));
  return stride > 1 ? kept.filter((_, i) => i % stride === 0) : kept;
}

/** Indices of the points of a column, in order. */
function seen(points: readonly LinePoint[], from: number, to: number): readonly number[] {
  let [lowest, highest, gap] = [from, from, from];
  for (let i = from; i < to; i++) {
    const { y } = points[i];
    if (Number.isNaN(y)) gap = i;
    // True also where the other is a gap.
    if (!(points[lowest].y <= y) && !Number.isNaN(y)) lowest = i;
    if (!(points[highest].y >= y) && !Number.isNaN(y)) highest = i;
  }
  return [...new Set([from, lowest, highest, gap, to - 1])].sort((a, b) => a - b);
}
