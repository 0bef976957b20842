/** The middle of sorted numbers; of an even number of them, the mean of the two in the middle. @param {number[]} sorted */
export function median(sorted) {
  const half = sorted.length / 2;
  return (sorted[Math.ceil(half) - 1] + sorted[Math.floor(half)]) / 2;
}
