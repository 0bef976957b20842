/**
 * Ticks of a logarithmic axis: powers of ten times 1, 2 and 5, or times 1 and 3, or powers alone, whichever first gives
 * eight or fewer. Short ranges get all digits, then half digits; the shortest get the range's ends and its middle.
 */
export function logTicks(min: number, max: number): number[] {
  const powers = Array.from({ length: 24 }, (_, i) => i - 12);
  const of = (digits: number[]) =>
    powers
      .flatMap((power) => digits.map((digit) => Number(`${digit}e${power}`)))
      .filter((tick) => tick >= min && tick <= max);
  const ticks = [of([1, 2, 5]), of([1, 3])].find((some) => some.length <= 8) ?? of([1]);
  if (ticks.length >= 2) return ticks;
  const finer = [
    [1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9],
  ].map(of);
  return finer.find((some) => some.length >= 2) ?? [min, Math.sqrt(min * max), max];
}

/** At most `max` evenly spaced whole numbers from `first` to `last`. */
export function wholeTicks(first: number, last: number, max = 8): number[] {
  const steps = [1, 2, 5]
    .flatMap((digit) => [1, 10, 100, 1000, 10_000, 100_000, 1_000_000].map((unit) => digit * unit))
    .sort((a, b) => a - b);
  const step = steps.find((candidate) => (last - first) / candidate < max) ?? last - first;
  const ticks: number[] = [];
  for (let tick = Math.ceil(first / step) * step; tick <= last; tick += step) ticks.push(tick);
  return ticks;
}
