/** A straight line, nearly horizontal, in a picture of marked pixels. */
export interface Line {
  /** Its first column, and the one after its last. */
  readonly from: number;
  readonly to: number;
  /** Its middle is at row `start + slope * column`, in pixels between centres. */
  readonly start: number;
  readonly slope: number;
  /** Its height in pixels. */
  readonly thickness: number;
  /** The fraction of its columns where it is to be seen, alone or under a crossing stroke. */
  readonly coverage: number;
}

/** The steepest line, rows over columns: about 7 degrees. */
const STEEPEST = 0.12;

/** The sums of a line's least-squares fit over columns x and rows y. */
class Chain {
  from: number;
  to: number;
  n = 0;
  x = 0;
  y = 0;
  xx = 0;
  xy = 0;
  yy = 0;
  heights = 0;
  lastRow = 0;

  constructor(column: number) {
    this.from = column;
    this.to = column;
  }

  add(column: number, row: number, height: number): void {
    this.to = column + 1;
    this.n++;
    this.x += column;
    this.y += row;
    this.xx += column * column;
    this.xy += column * row;
    this.yy += row * row;
    this.heights += height;
    this.lastRow = row;
  }

  join(other: Chain): void {
    this.from = Math.min(this.from, other.from);
    this.to = Math.max(this.to, other.to);
    this.n += other.n;
    this.x += other.x;
    this.y += other.y;
    this.xx += other.xx;
    this.xy += other.xy;
    this.yy += other.yy;
    this.heights += other.heights;
  }

  get slope(): number {
    const spread = this.n * this.xx - this.x * this.x;
    return spread > 0 ? (this.n * this.xy - this.x * this.y) / spread : 0;
  }

  get start(): number {
    return (this.y - this.slope * this.x) / this.n;
  }

  get thickness(): number {
    return this.heights / this.n;
  }

  /** The root mean square of the rows' distances to the fitted line. */
  get roughness(): number {
    const { n, x, y, slope } = this;
    const spread = this.yy - (y * y) / n - slope * (this.xy - (x * y) / n);
    return Math.sqrt(Math.max(0, spread / n));
  }
}

/**
 * The straight lines, nearly horizontal, that are at least `shortest` columns long and at most `thickest` rows high.
 * Strokes that cross a line do not end it.
 *
 * @param marked `[rows, columns]`, above 0 where there is ink
 */
export function linesOf(marked: Uint8Array, rows: number, columns: number, shortest: number, thickest: number): Line[] {
  const pieces = chainsOf(marked, rows, columns, thickest).filter(
    (chain) => chain.to - chain.from >= Math.max(3, Math.min(shortest / 8, 2.5 * chain.thickness)),
  );
  pieces.sort((a, b) => b.n - a.n);
  const lines: Line[] = [];
  const used = new Set<Chain>();
  for (const seed of pieces.slice(0, 300)) {
    if (used.has(seed)) continue;
    used.add(seed);
    for (let grown = true; grown; ) {
      grown = false;
      for (const other of pieces) {
        if (used.has(other) || !continues(seed, other, columns)) continue;
        used.add(other);
        seed.join(other);
        grown = true;
      }
    }
    const line = extended(seed, marked, rows, columns);
    const length = line.to - line.from;
    const isStraight = seed.roughness <= Math.max(0.7, 0.15 * seed.thickness, 0.008 * length);
    if (length >= shortest && Math.abs(line.slope) <= STEEPEST && isStraight && line.coverage > 0.6) lines.push(line);
  }
  return lines;
}

/** Runs of marked pixels down the columns, at most `thickest` high, joined from column to column. */
function chainsOf(marked: Uint8Array, rows: number, columns: number, thickest: number): Chain[] {
  const done: Chain[] = [];
  let open: Chain[] = [];
  const skip = 2 + Math.round(columns / 100);
  for (let column = 0; column < columns; column++) {
    open = open.filter((chain) => {
      if (column - chain.to <= skip) return true;
      done.push(chain);
      return false;
    });
    for (let row = 0; row < rows; row++) {
      if (marked[row * columns + column] === 0) continue;
      const top = row;
      while (row < rows && marked[row * columns + column] !== 0) row++;
      const height = row - top;
      if (height > thickest) continue;
      const middle = (top + row - 1) / 2;
      let best: Chain | undefined;
      let nearest = 1.01 + 0.1 * height;
      for (const chain of open) {
        if (chain.to > column) continue; // has a run in this column
        const mean = chain.thickness;
        if (height > 2 * mean + 1 || mean > 2 * height + 1) continue;
        const expected = chain.n < 6 ? chain.lastRow : chain.start + chain.slope * column;
        const distance = Math.abs(middle - expected);
        if (distance < nearest) [best, nearest] = [chain, distance];
      }
      if (best === undefined) {
        best = new Chain(column);
        open.push(best);
      }
      best.add(column, middle, height);
    }
  }
  return [...done, ...open];
}

/** Whether a chain lies on the same line as another, in front of it or behind it. */
function continues(line: Chain, other: Chain, columns: number): boolean {
  const gap = Math.max(other.from - line.to, line.from - other.to);
  if (gap > 0.4 * columns || gap < -2) return false;
  const [a, b] = [line.thickness, other.thickness];
  if (a > 1.7 * b + 1 || b > 1.7 * a + 1) return false;
  const { start, slope } = line;
  const slack = 0.8 + 0.25 * a + (0.02 * Math.max(gap, 0) * 20) / Math.max(20, line.to - line.from);
  const middle = other.x / other.n;
  const off = (column: number) => Math.abs(start + slope * column - other.start - other.slope * column);
  return (
    Math.abs(start + slope * middle - other.y / other.n) < slack &&
    (other.n < 8 || Math.max(off(other.from), off(other.to - 1)) < 2 * slack)
  );
}

/** The line of a chain, made longer on both sides as far as its middle is marked. */
function extended(chain: Chain, marked: Uint8Array, rows: number, columns: number): Line {
  const { start, slope, thickness } = chain;
  const isMarked = (column: number) => {
    const row = Math.round(start + slope * column);
    return row >= 0 && row < rows && marked[row * columns + column] !== 0;
  };
  let { from, to } = chain;
  while (from > 0 && isMarked(from - 1)) from--;
  while (to < columns && isMarked(to)) to++;
  let covered = 0;
  for (let column = from; column < to; column++) if (isMarked(column)) covered++;
  return { from, to, start, slope, thickness, coverage: covered / (to - from) };
}
