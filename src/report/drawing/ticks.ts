/**
 * 1, 2 and 5 times powers of ten within the range; powers alone where those are many, all digits where they are few, and
 * where even those are, the range's ends and its middle.
 */
export function logTicks(least: number, most: number): number[] {
  const powers = Array.from({ length: 24 }, (_, i) => i - 12);
  const of = (digits: number[]) =>
    powers
      .flatMap((power) => digits.map((digit) => Number(`${digit}e${power}`)))
      .filter((tick) => tick >= least && tick <= most);
  const ticks = [of([1, 2, 5]), of([1, 3])].find((some) => some.length <= 8) ?? of([1]);
  if (ticks.length >= 2) return ticks;
  const all = of([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  return all.length >= 2 ? all : [least, Math.sqrt(least * most), most];
}

/** At most `max` whole numbers from first to last, evenly spread. */
export function wholeTicks(first: number, last: number, max = 8): number[] {
  const steps = [1, 2, 5]
    .flatMap((digit) => [1, 10, 100, 1000, 10_000, 100_000, 1_000_000].map((unit) => digit * unit))
    .sort((a, b) => a - b);
  const step = steps.find((candidate) => (last - first) / candidate < max) ?? last - first;
  const ticks: number[] = [];
  for (let tick = Math.ceil(first / step) * step; tick <= last; tick += step) ticks.push(tick);
  return ticks;
}
