import type { Grey } from "../grey.ts";
import { noiseOf, quantile } from "./statistics.ts";

/**
 * Ink must be darker than the paper by at least this fraction, and by so many standard deviations of the paper's noise.
 */
const MIN_CONTRAST = 0.03;
const MIN_DEVIATIONS = 6;

/** How much light is missing at each pixel for it to be paper, and from where on that is ink. */
export interface Missing {
  readonly rows: number;
  readonly columns: number;
  /** The fraction by which a pixel is darker than the paper. */
  readonly data: Float32Array;
  /** For each pixel, the standard deviation of the noise in the same unit. */
  readonly noise: Float32Array;
}

/** What is missing from the light of the paper, whose grey at each pixel is given. */
export function missingOf({ rows, columns, data: grey }: Grey, paper: Float32Array): Missing {
  const data = new Float32Array(grey.length);
  const noise = new Float32Array(grey.length);
  for (let i = 0; i < grey.length; i++) data[i] = paper[i] - grey[i];
  // Ink may cover half of the picture: the level is a low quantile.
  const level = quantile(data, 0.3);
  const deviation = noiseOf(grey);
  for (let i = 0; i < grey.length; i++) {
    const light = Math.max(paper[i] - level, 0.15);
    data[i] = (data[i] - level) / light;
    noise[i] = deviation / light;
  }
  return { rows, columns, data, noise };
}

/**
 * The amount of ink, without noise, scaled so that strokes are 1, or more where they are darker than most.
 *
 * @param among if given, only pixels above 0 in it count and are kept
 * @returns undefined where nothing stands out
 */
export function amountOf({ data, noise }: Missing, among?: Float32Array): Float32Array | undefined {
  const values = new Float32Array(data.length);
  let count = 0;
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    if (value > MIN_CONTRAST && value > MIN_DEVIATIONS * noise[i] && (among === undefined || among[i] > 0))
      values[count++] = value;
  }
  if (count === 0) return undefined;
  const full = 0.85 * quantile(values.subarray(0, count), 0.75);
  const least = 0.2 * full;
  const amount = new Float32Array(data.length);
  for (let i = 0; i < amount.length; i++) {
    const value = data[i];
    if (value <= least) continue;
    const floor = Math.max(least, 3 * noise[i]);
    if (value > floor && full > floor && (among === undefined || among[i] > 0))
      amount[i] = (value - floor) / (full - floor);
  }
  return amount;
}
