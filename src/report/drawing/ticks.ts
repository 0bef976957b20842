/** At most so many ticks of a logarithmic axis. */
const MAX_TICKS = 8;

/**
 * Ticks of a logarithmic axis: powers of ten times 1, 2 and 5, or times 1 and 3, or powers alone, whichever first gives
 * eight or fewer; of more powers, every second, third and so on. Short ranges get all digits, then half digits; the
 * shortest get the range's ends and its middle.
 */
export function logTicks(min: number, max: number): number[] {
  const lowest = Math.floor(Math.log10(min));
  const powers = Array.from({ length: Math.ceil(Math.log10(max)) - lowest + 1 }, (_, i) => lowest + i);
  const of = (digits: number[]) =>
    powers
      .flatMap((power) => digits.map((digit) => Number(`${digit}e${power}`)))
      .filter((tick) => tick >= min && tick <= max);
  const ticks = [of([1, 2, 5]), of([1, 3])].find((some) => some.length <= MAX_TICKS) ?? of([1]);
  const stride = Math.ceil(ticks.length / MAX_TICKS);
  if (ticks.length >= 2) return ticks.filter((_, i) => i % stride === 0);
  const finer = [
    [1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9],
  ].map(of);
  return finer.find((some) => some.length >= 2) ?? [min, Math.sqrt(min) * Math.sqrt(max), max];
}

/** Evenly spaced whole numbers from `first` to `last`, fewer than `max` steps of 1, 2 or 5 times a power of ten. */
export function wholeTicks(first: number, last: number, max = MAX_TICKS): number[] {
  const range = last - first;
  const power = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, range / Math.max(1, max)))));
  const step = [1, 2, 5, 10].map((digit) => digit * power).find((one) => range / one < Math.max(1, max)) ?? 10 * power;
  const start = Math.ceil(first / step) * step;
  // Counted: a step that is lost in rounding beside a large number would never reach the last.
  const count = Math.floor((last - start) / step);
  return [...new Set(Array.from({ length: Math.max(0, count + 1) }, (_, i) => start + i * step))];
}
