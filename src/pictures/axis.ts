/** How old pixels make the new ones along one axis of a picture that is scaled. */
export interface Axis {
  /** For each new pixel, the first old one under it. */
  readonly first: Int32Array;
  /** `[count + 1]`: the weights of the old pixels under new pixel i are those from `start[i]` to before `start[i + 1]`. */
  readonly start: Int32Array;
  /** They add up to 1 for each new pixel; beside the old ones there are none. */
  readonly weights: Float64Array;
}

/**
 * New pixel i is the mean of the old ones under a window around `from + (i + 0.5) * pitch`, each with its share of the
 * window. The window is as wide as a new pixel, and at least one old pixel: this is area averaging where a picture
 * shrinks and linear interpolation where it grows.
 *
 * @param count the number of new pixels
 * @param pitch old pixels to a new one
 * @param low the first old pixel
 * @param high the one after the last
 */
export function axisOf(count: number, from: number, pitch: number, low: number, high: number): Axis {
  const window = Math.max(1, pitch);
  const first = new Int32Array(count);
  const start = new Int32Array(count + 1);
  const weights: number[] = [];
  for (let i = 0; i < count; i++) {
    const centre = from + (i + 0.5) * pitch;
    if (centre >= low && centre <= high) {
      const left = Math.max(low, centre - window / 2);
      const right = Math.min(high, centre + window / 2);
      first[i] = Math.floor(left);
      for (let at = first[i]; at < right; at++) {
        weights.push((Math.min(right, at + 1) - Math.max(left, at)) / (right - left));
      }
    }
    start[i + 1] = weights.length;
  }
  return { first, start, weights: new Float64Array(weights) };
}
