/** Indices of at most `max` numbers, in order: all; of more, half of the smallest and half of the largest. */
export function fewestAndMost(numbers: readonly number[], max: number): readonly number[] {
  const every = numbers.map((_, k) => k);
  if (every.length <= max) return every;
  every.sort((a, b) => numbers[a] - numbers[b] || a - b);
  return [...every.slice(0, max / 2), ...every.slice(-max / 2)].sort((a, b) => a - b);
}
