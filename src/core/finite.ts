/** The index of the first number that is NaN or infinite; -1 where there is none. */
export function firstNotFinite(values: Float32Array | Float64Array): number {
  // A finite number times 0 is 0. NaN and infinity give NaN, which stays in the sum.
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * 0;
  return sum === 0 ? -1 : values.findIndex((value) => !Number.isFinite(value));
}
