/** About as many values are looked at for a quantile, which is exact enough. */
const SAMPLE = 10_000;

export function median(values: Float32Array): number {
  return quantile(values, 0.5);
}

/** The quantile of every few of the values; 0 of none. */
export function quantile(values: Float32Array, part: number): number {
  const step = Math.max(1, Math.ceil(values.length / SAMPLE));
  const sample = new Float32Array(Math.ceil(values.length / step));
  for (let i = 0; i < sample.length; i++) sample[i] = values[i * step];
  return sample.length === 0 ? 0 : selected(sample, Math.floor(part * (sample.length - 1)));
}

/** The value that sorting would put at a place: Hoare's quickselect, several times as fast as a sort. */
function selected(values: Float32Array, place: number): number {
  let [first, last] = [0, values.length - 1];
  while (first < last) {
    const pivot = values[(first + last) >> 1];
    let [low, high] = [first, last];
    while (low <= high) {
      while (values[low] < pivot) low++;
      while (values[high] > pivot) high--;
      if (low > high) break;
      const value = values[low];
      values[low++] = values[high];
      values[high--] = value;
    }
    if (place <= high) last = high;
    else if (place >= low) first = low;
    else break;
  }
  return values[place];
}

/** Where more of the differences than this are not zero, the zeros are of noise that was cut off at black or white. */
const CUT = 0.35;

/** Differences as large as this are of lines that cover much of a picture, not of noise. */
const LARGE = 0.06;

/**
 * The standard deviation of a picture's noise, from differences of pixels that are 3 columns apart: too far for a blur
 * by one pixel to have mixed them.
 */
export function noiseOf(values: Float32Array): number {
  const steps = new Float32Array(Math.max(0, values.length - 3));
  let count = 0;
  for (let i = 0; i < steps.length; i++) {
    steps[i] = Math.abs(values[i + 3] - values[i]);
    if (steps[i] > 0) count++;
  }
  const typical = median(steps);
  const cut = typical === 0 && count > CUT * steps.length ? median(steps.filter((value) => value > 0)) : 0;
  return (1.4826 / Math.SQRT2) * (cut > 0 && cut < LARGE ? cut : typical);
}
