import { sizeOf } from "../../core/tensor.ts";
import type { ImageList } from "./image-list.ts";

/** The values of each image, and where images differ at all. */
export interface ValueRanges {
  /** Smallest and largest finite value of each image; Infinity and -Infinity where it has none. */
  readonly min: Float64Array;
  readonly max: Float64Array;
  /** Whether an image has a value that is NaN or infinite. */
  readonly broken: Uint8Array;
  /** Smallest and largest value of each image within {@link inner}. */
  readonly innerMin: Float64Array;
  readonly innerMax: Float64Array;
  /**
   * The indices of the values inside the smallest rectangle of pixels around all differences between images. Outside it
   * is padding, which says nothing about an image.
   */
  readonly inner: Uint32Array;
}

export function valueRanges(images: ImageList): ValueRanges {
  const { count, shape } = images;
  const size = sizeOf(shape);
  const of = () => new Float64Array(count);
  const ranges = { min: of(), max: of(), broken: new Uint8Array(count), innerMin: of(), innerMax: of() };
  const [low, high] = [new Float64Array(size), new Float64Array(size)];
  low.fill(Number.POSITIVE_INFINITY);
  high.fill(Number.NEGATIVE_INFINITY);
  for (let i = 0; i < count; i++) {
    const values = images.pixels(i);
    let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let k = 0; k < size; k++) {
      const value = values[k]!;
      if (!Number.isFinite(value)) {
        ranges.broken[i] = 1;
        continue;
      }
      if (value < min) min = value;
      if (value > max) max = value;
      if (value < low[k]!) low[k] = value;
      if (value > high[k]!) high[k] = value;
    }
    ranges.min[i] = min;
    ranges.max[i] = max;
  }
  const inner = differing(low, high, shape);
  for (let i = 0; i < count; i++) {
    const values = images.pixels(i);
    let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const k of inner) {
      const value = values[k]!;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    ranges.innerMin[i] = min;
    ranges.innerMax[i] = max;
  }
  return { ...ranges, inner };
}

function differing(
  low: Float64Array,
  high: Float64Array,
  [rows = 1, columns = 1, channels = 1]: readonly number[],
): Uint32Array {
  let [top, left, bottom, right] = [rows, columns, -1, -1];
  low.forEach((value, k) => {
    if (value === high[k]) return;
    const [row, column] = [Math.floor(k / (columns * channels)), Math.floor(k / channels) % columns];
    [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
    [left, right] = [Math.min(left, column), Math.max(right, column)];
  });
  // Where all images are equal, or there is one only, nothing is padding.
  if (bottom < 0) [top, left, bottom, right] = [0, 0, rows - 1, columns - 1];
  const found: number[] = [];
  for (let row = top; row <= bottom; row++)
    for (let k = (row * columns + left) * channels; k < (row * columns + right + 1) * channels; k++) found.push(k);
  return Uint32Array.from(found);
}
