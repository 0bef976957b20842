/** 1, 2 and 5 times powers of ten within the range; powers alone where those are many. */
export function logTicks(least: number, most: number): number[] {
  const powers = Array.from({ length: 24 }, (_, i) => i - 12);
  const of = (digits: number[]) =>
    powers
      .flatMap((power) => digits.map((digit) => Number(`${digit}e${power}`)))
      .filter((tick) => tick >= least && tick <= most);
  return [of([1, 2, 5]), of([1, 3])].find((ticks) => ticks.length <= 8) ?? of([1]);
}

/** At most eight whole numbers from first to last, evenly spread. */
export function wholeTicks(first: number, last: number): number[] {
  const steps = [1, 2, 5]
    .flatMap((digit) => [1, 10, 100, 1000, 10_000, 100_000, 1_000_000].map((unit) => digit * unit))
    .sort((a, b) => a - b);
  const step = steps.find((candidate) => (last - first) / candidate < 8) ?? last - first;
  const ticks: number[] = [];
  for (let tick = Math.ceil(first / step) * step; tick <= last; tick += step) ticks.push(tick);
  return ticks;
}
