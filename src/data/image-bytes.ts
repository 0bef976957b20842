import { InputError } from "../core/errors.ts";
import { sizeOf } from "../core/tensor.ts";

/** Copies images to the middle of larger ones, which are zeros. */
export function placeImages(
  from: Uint8Array,
  { size, channels, indices }: { size: readonly [number, number]; channels: number; indices: Uint32Array },
  to: Uint8Array,
  [newRows = 0, newColumns = 0]: readonly number[],
): void {
  const [rows, columns] = size;
  const [top, left] = [(newRows - rows) >> 1, (newColumns - columns) >> 1];
  const row = columns * channels;
  indices.forEach((index, k) => {
    for (let y = 0; y < rows; y++) {
      const at = (index * rows + y) * row;
      const target = ((k * newRows + y + top) * newColumns + left) * channels;
      to.set(from.subarray(at, at + row), target);
    }
  });
}

/** Zeros for images of a shape; shared between threads without a copy where the machine allows it. */
export function newBytes(count: number, shape: readonly number[]): Uint8Array {
  const size = count * sizeOf(shape);
  try {
    return typeof SharedArrayBuffer === "undefined"
      ? new Uint8Array(size)
      : new Uint8Array(new SharedArrayBuffer(size));
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new InputError(
      `${count} images of ${shape.join("x")} need ${(size / 2 ** 30).toFixed(1)} GiB of memory, which is not there; give a smaller --size, fewer --channels, or batches from a stream`,
      { cause },
    );
  }
}
