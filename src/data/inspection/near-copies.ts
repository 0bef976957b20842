import type { Numbers } from "../../core/tensor.ts";
import { featuresOf } from "./features.ts";
import type { ImageList } from "./image-list.ts";

/** Images in a box that is not divided. */
const LEAF = 16;
/** Features are rounded to float32. */
const ROUNDING = 1.001;

/** The places `from` to `to` of a list of images, a box around their features, and its halves. */
interface Box {
  readonly from: number;
  readonly to: number;
  readonly low: Float32Array;
  readonly high: Float32Array;
  /** The square of the largest distance that counts as near for one of the images. */
  readonly limit: number;
  readonly halves?: readonly [Box, Box];
}

/**
 * Pairs of images that differ by at most `share` of their contrast: the Euclidean distance of a and b is at most `share`
 * times the norm of a, and of b, each without its mean. None is missed: the features of two images never differ by more
 * than the images do, so images in boxes that are farther apart need not be compared.
 *
 * @param among the images that are compared
 * @returns pairs [earlier, later], in the order of the later one
 */
export function nearCopies(images: ImageList, share: number, among: Uint32Array): [number, number][] {
  const order = among.slice();
  if (order.length < 2) return [];
  const { values, width, norms } = featuresOf(images);
  const limits = norms.map((norm) => (share * norm) ** 2);
  const root = boxed(order, { from: 0, to: order.length }, values, width, limits);
  // In the order of the boxes, the features of a box lie together.
  const features = new Float32Array(order.length * width);
  order.forEach((image, place) => {
    features.set(values.subarray(image * width, (image + 1) * width), place * width);
  });
  const placed = Float32Array.from(order, (image) => limits[image]!);
  const found: [number, number][] = [];
  const compare = (p: number, q: number) => {
    const most = Math.min(placed[p]!, placed[q]!);
    let sum = 0;
    for (let k = 0, a = p * width, b = q * width; k < width && sum <= most * ROUNDING; k++) {
      const difference = features[a + k]! - features[b + k]!;
      sum += difference * difference;
    }
    if (sum > most * ROUNDING) return;
    const [a, b] = [Math.min(order[p]!, order[q]!), Math.max(order[p]!, order[q]!)];
    if (isWithin(images.pixels(a), images.pixels(b), most)) found.push([a, b]);
  };
  const within = (box: Box) => {
    if (box.halves) {
      const [left, right] = box.halves;
      within(left);
      within(right);
      between(left, right);
    } else for (let p = box.from; p < box.to; p++) for (let q = p + 1; q < box.to; q++) compare(p, q);
  };
  const between = (a: Box, b: Box) => {
    if (gap(a, b) > Math.min(a.limit, b.limit) * ROUNDING) return;
    const [large, small] = a.to - a.from > b.to - b.from ? [a, b] : [b, a];
    if (large.halves) for (const half of large.halves) between(half, small);
    else for (let p = a.from; p < a.to; p++) for (let q = b.from; q < b.to; q++) compare(p, q);
  };
  within(root);
  return found.sort(([a, b], [c, d]) => b - d || a - c);
}

/** Divides a part of the list at the median of the feature that varies most; sorts it so. */
function boxed(
  order: Uint32Array,
  { from, to }: { from: number; to: number },
  values: Float32Array,
  width: number,
  limits: Float32Array,
): Box {
  const low = new Float32Array(width).fill(Number.POSITIVE_INFINITY);
  const high = new Float32Array(width).fill(Number.NEGATIVE_INFINITY);
  let limit = 0;
  for (let place = from; place < to; place++) {
    const image = order[place]!;
    for (let k = 0; k < width; k++) {
      const value = values[image * width + k]!;
      if (value < low[k]!) low[k] = value;
      if (value > high[k]!) high[k] = value;
    }
    if (limits[image]! > limit) limit = limits[image]!;
  }
  const box = { from, to, low, high, limit };
  if (to - from <= LEAF) return box;
  const widths = high.map((value, k) => value - low[k]!);
  const widest = widths.indexOf(widths.reduce((a, b) => Math.max(a, b)));
  order.subarray(from, to).sort((a, b) => values[a * width + widest]! - values[b * width + widest]!);
  const middle = (from + to) >> 1;
  const left = boxed(order, { from, to: middle }, values, width, limits);
  return { ...box, halves: [left, boxed(order, { from: middle, to }, values, width, limits)] };
}

/** The square of the distance of two boxes. */
function gap(a: Box, b: Box): number {
  let sum = 0;
  for (let k = 0; k < a.low.length; k++) {
    const apart = Math.max(a.low[k]! - b.high[k]!, b.low[k]! - a.high[k]!);
    if (apart > 0) sum += apart * apart;
  }
  return sum;
}

/** Whether the square of the distance of two images is at most `most`. */
function isWithin(a: Numbers, b: Numbers, most: number): boolean {
  let sum = 0;
  for (let from = 0; from < a.length && sum <= most; from += 64) {
    const end = Math.min(a.length, from + 64);
    for (let i = from; i < end; i++) sum += (a[i]! - b[i]!) ** 2;
  }
  return sum <= most;
}
