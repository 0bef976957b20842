import { expect, test } from "vitest";
import { placeImages } from "./image-bytes.ts";

/** The same, pixel by pixel. */
function placed(
  from: Uint8Array,
  [rows, columns]: [number, number],
  channels: number,
  indices: number[],
  size: [number, number],
) {
  const [newRows, newColumns] = size;
  const to = new Uint8Array(indices.length * newRows * newColumns * channels);
  const [top, left] = [(newRows - rows) >> 1, (newColumns - columns) >> 1];
  for (const [k, index] of indices.entries())
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < columns; x++)
        for (let c = 0; c < channels; c++)
          to[((k * newRows + y + top) * newColumns + x + left) * channels + c] =
            from[((index * rows + y) * columns + x) * channels + c]!;
  return to;
}

test.each<[name: string, size: [number, number], channels: number, newSize: [number, number], offset: number]>([
  ["as MNIST", [28, 28], 1, [32, 32], 16],
  ["as MNIST, from an even address", [28, 28], 1, [32, 32], 2],
  ["of whole words with a border of half a word at the left only", [4, 8], 1, [4, 11], 0],
  ["of whole words in colour", [4, 4], 3, [4, 8], 0],
  ["of whole words with a border of two channels", [5, 4], 2, [7, 6], 4],
  ["in their own size", [5, 6], 1, [5, 6], 0],
  ["of odd width", [5, 7], 1, [9, 11], 0],
  ["from an odd address", [4, 6], 1, [8, 10], 3],
  ["to an odd column", [4, 6], 1, [6, 8], 0],
  ["in colour", [3, 5], 3, [4, 8], 2],
  ["with long rows", [3, 50], 3, [5, 52], 0],
  ["with long rows of odd width", [2, 131], 1, [2, 133], 1],
])("images %s", (_, size, channels, newSize, offset) => {
  const count = 3;
  const bytes = count * size[0] * size[1] * channels;
  const from = Uint8Array.from({ length: offset + bytes }, (_, i) => (i * 31) % 251).subarray(offset);
  const indices = [2, 0, 2, 1];
  const to = new Uint8Array(indices.length * newSize[0] * newSize[1] * channels);
  placeImages(from, { size, channels, indices: Uint32Array.from(indices) }, to, newSize);
  expect(to).toEqual(placed(from, size, channels, indices, newSize));
});
