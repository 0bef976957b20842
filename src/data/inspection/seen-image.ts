import type { Numbers, Shape } from "../../core/tensor.ts";

/** Larger images are shrunk, by a whole number of pixels to one. */
const MAX_SIDE = 64;

/** Makes images for people: bytes of one channel or three. */
export interface SeenImages {
  /** `[rows, columns, channels]` of what is seen. */
  readonly shape: Shape;
  /** @param values of an image of the data set */
  bytes(values: ArrayLike<number>): Uint8ClampedArray;
}

/** @param range the values that become 0 and 255 */
export function seenImages(
  [rows = 1, columns = 1, channels = 1]: Shape,
  [low, high]: readonly [number, number],
): SeenImages {
  const kept = channels < 3 ? 1 : 3;
  const step = Math.ceil(Math.max(rows, columns) / MAX_SIDE);
  const [height, width] = [Math.ceil(rows / step), Math.ceil(columns / step)];
  const byteOf = (value: number) => (255 * (value - low)) / (high - low || 1);
  /** Images with alpha are put on white. */
  const pixel = (values: ArrayLike<number>, at: number, channel: number) => {
    const value = byteOf(values[at + channel]!);
    return channels === 4 ? 255 + ((value - 255) * byteOf(values[at + 3]!)) / 255 : value;
  };
  return {
    shape: [height, width, kept],
    bytes(values) {
      const bytes = new Uint8ClampedArray(height * width * kept);
      for (let i = 0; i < bytes.length; i++) {
        const [top, left] = [Math.floor(i / (width * kept)) * step, (Math.floor(i / kept) % width) * step];
        let [sum, count] = [0, 0];
        for (let row = top; row < Math.min(rows, top + step); row++) {
          for (let column = left; column < Math.min(columns, left + step); column++) {
            sum += pixel(values, (row * columns + column) * channels, i % kept);
            count++;
          }
        }
        bytes[i] = sum / count;
      }
      return bytes;
    },
  };
}

/** The smallest and the largest of the values; bytes always stand for 0 to 255. */
export function rangeOf(images: readonly Numbers[]): readonly [number, number] {
  if (images.length === 0 || images[0] instanceof Uint8Array) return [0, 255];
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const image of images) {
    for (const value of image) {
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return low <= high ? [low, high] : [0, 1];
}
