/** Statistics of one number over several runs. */
export interface Spread {
  /** Number of measurements. */
  readonly n: number;
  readonly mean: number;
  /** Sample standard deviation, with n - 1; 0 for one measurement. */
  readonly deviation: number;
  readonly least: number;
  readonly most: number;
}

/** undefined without a measurement. NaN and null are left out. */
export function spreadOf(values: readonly (number | null | undefined)[]): Spread | undefined {
  const known = values.filter((value): value is number => Number.isFinite(value));
  const n = known.length;
  if (n === 0) return undefined;
  const mean = known.reduce((sum, value) => sum + value, 0) / n;
  const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = n > 1 ? Math.sqrt(squares / (n - 1)) : 0;
  return { n, mean, deviation, least: Math.min(...known), most: Math.max(...known) };
}

/** By pass: as long as the longest run, each from the runs that came so far. */
export function spreadsOf(runs: readonly (readonly number[])[]): (Spread | undefined)[] {
  const passes = Math.max(0, ...runs.map(({ length }) => length));
  return Array.from({ length: passes }, (_, i) => spreadOf(runs.map((run) => run[i])));
}
