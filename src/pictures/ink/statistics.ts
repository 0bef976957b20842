/** About as many values are sorted for a quantile, which is exact enough: sorting half a million takes long. */
const SAMPLE = 10_000;

export function median(values: Float32Array): number {
  return quantile(values, 0.5);
}

/** The quantile of every so manieth of the values; 0 of none. */
export function quantile(values: Float32Array, part: number): number {
  const step = Math.max(1, Math.ceil(values.length / SAMPLE));
  const sample = new Float32Array(Math.ceil(values.length / step));
  for (let i = 0; i < sample.length; i++) sample[i] = values[i * step];
  sample.sort();
  return sample[Math.floor(part * (sample.length - 1))] ?? 0;
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
