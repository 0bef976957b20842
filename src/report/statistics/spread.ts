/** Mean and spread of a number over several runs. */
export interface Spread {
  /** Number of values. */
  readonly n: number;
  readonly mean: number;
  /** Sample standard deviation (denominator n - 1); 0 for one value. */
  readonly deviation: number;
  readonly min: number;
  readonly max: number;
}

/** NaN, null and undefined are left out. Returns undefined where no value is left. */
export function spreadOf(values: readonly (number | null | undefined)[]): Spread | undefined {
  const known = values.filter((value): value is number => Number.isFinite(value));
  const n = known.length;
  if (n === 0) return undefined;
  const mean = known.reduce((sum, value) => sum + value, 0) / n;
  const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = n > 1 ? Math.sqrt(squares / (n - 1)) : 0;
  return {
    n,
    mean,
    deviation,
    min: known.reduce((a, b) => Math.min(a, b)),
    max: known.reduce((a, b) => Math.max(a, b)),
  };
}

/** Spread at each pass, up to the length of the longest run; shorter runs count as far as they go. */
export function spreadsOf(runs: readonly (readonly number[])[]): (Spread | undefined)[] {
  const passes = runs.reduce((most, { length }) => Math.max(most, length), 0);
  return Array.from({ length: passes }, (_, i) => spreadOf(runs.map((run) => run[i])));
}
