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
  const newRow = newColumns * channels;
  const start = top * newRow + left * channels;
  const isInWords = [from.byteOffset, to.byteOffset, row, newRow].every((bytes) => bytes % 4 === 0);
  const isBordered = left * channels >= 2 && newRow - row - left * channels >= 2;
  if (isInWords && isBordered && start % 4 === 2) {
    const words = (bytes: Uint8Array) => new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
    const place = { rows, row: row / 4, newRow: newRow / 4, start: start >> 2, image: (newRows * newRow) / 4 };
    shiftRows(words(from), words(to), indices, place);
    return;
  }
  // Two bytes at a time where all rows begin at even addresses.
  const unit = [from.byteOffset, to.byteOffset, row, newRow, start].every((bytes) => bytes % 2 === 0) ? 2 : 1;
  const inUnits = (bytes: Uint8Array) =>
    unit === 2 ? new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1) : bytes;
  const place = { rows, row: row / unit, newRow: newRow / unit, start: start / unit, image: (newRows * newRow) / unit };
  copyRows(inUnits(from), inUnits(to), indices, place);
}

/** Where the rows of an image lie in a larger one, in bytes, pairs of them or words. */
interface Place {
  readonly rows: number;
  readonly row: number;
  readonly newRow: number;
  readonly start: number;
  readonly image: number;
}

/**
 * Rows of whole words that go to half a word later, as those of MNIST with a border of 2 do: twice as fast as pairs of
 * bytes. The border's zeros beside a row are written, too. Numbers in memory begin with their lowest byte, as WebAssembly
 * needs it.
 */
function shiftRows(
  from: Uint32Array,
  to: Uint32Array,
  indices: Uint32Array,
  { rows, row, newRow, start, image }: Place,
): void {
  for (let k = 0; k < indices.length; k++) {
    let at = indices[k]! * rows * row;
    for (let y = 0; y < rows; y++) {
      const target = k * image + y * newRow + start;
      let kept = 0;
      for (let x = 0; x < row; x++, at++) {
        const word = from[at]!;
        to[target + x] = (word << 16) | kept;
        kept = word >>> 16;
      }
      to[target + row] = kept;
    }
  }
}

/** Elements of a row from which `set` is faster than a loop. For rows as short as MNIST's it takes 3 times as long. */
const LONG = 64;

function copyRows(
  from: Uint8Array | Uint16Array,
  to: Uint8Array | Uint16Array,
  indices: Uint32Array,
  { rows, row, newRow, start, image }: Place,
): void {
  for (let k = 0; k < indices.length; k++) {
    const first = indices[k]! * rows * row;
    for (let y = 0; y < rows; y++) {
      const at = first + y * row;
      const target = k * image + y * newRow + start;
      if (row >= LONG) to.set(from.subarray(at, at + row), target);
      else for (let x = 0; x < row; x++) to[target + x] = from[at + x]!;
    }
  }
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
