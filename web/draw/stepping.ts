/** Which test image comes next. */

/** The smallest number of a list that is larger than one, else the smallest; undefined for an empty list. */
export function nextAfter(current: number, numbers: readonly number[]): number | undefined {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted.find((number) => number > current) ?? sorted[0];
}

/**
 * An image of a class, or of any.
 * @param chance 0 to 1, without 1
 * @returns undefined where there is none
 */
export function randomOf(labels: ArrayLike<number>, label: number | undefined, chance: number): number | undefined {
  const fitting = Array.from({ length: labels.length }, (_, i) => i).filter(
    (i) => label === undefined || labels[i] === label,
  );
  return fitting[Math.floor(chance * fitting.length)];
}
