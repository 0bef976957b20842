import { cut, padEnd } from "../core/columns.ts";
import { visible } from "../core/visible.ts";
import type { Dataset } from "../index.ts";

/** Columns and rows of a preview in characters: a braille character has 2x4 dots, so that 32x32 pixels are dots. */
const WIDTH = 16;
const HEIGHT = 8;

/** The bit of each dot of a braille character, by row and column (Unicode, block U+2800). */
const dots = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
];

/** The first images of a set with their class names, side by side in rows of at most `columns` characters. */
export function previews({ images, labels, classNames }: Dataset, count: number, columns: number): string {
  const perRow = Math.max(1, Math.floor((columns + 1) / (WIDTH + 1)));
  const shown = Math.min(count, labels.length);
  const [, rows = 1, width = 1, channels = 1] = images.shape;
  const size = rows * width * channels;
  const lines: string[] = [];
  for (let first = 0; first < shown; first += perRow) {
    const row = Array.from({ length: Math.min(perRow, shown - first) }, (_, i) => first + i);
    const pictures = row.map((i) => preview(images.data.subarray(i * size, (i + 1) * size), [rows, width, channels]));
    for (let y = 0; y < HEIGHT; y++)
      lines.push(
        pictures
          .map((picture) => picture[y])
          .join(" ")
          .trimEnd(),
      );
    lines.push(
      row
        .map((i) => padEnd(cut(visible(classNames[labels[i]]), WIDTH), WIDTH))
        .join(" ")
        .trimEnd(),
    );
  }
  return lines.join("\n");
}

/** A dot where the nearest pixel is brighter than the middle between the darkest and the brightest. */
function preview(pixels: ArrayLike<number>, [rows, columns, channels]: [number, number, number]): string[] {
  const values = Array.from(pixels);
  const middle = (values.reduce((a, b) => Math.min(a, b)) + values.reduce((a, b) => Math.max(a, b))) / 2;
  // The image keeps its aspect ratio, in the middle.
  const step = Math.max(rows / (4 * HEIGHT), columns / (2 * WIDTH));
  const at = (dot: number, all: number, count: number) => Math.floor((dot + 0.5 - all / 2) * step + count / 2);
  return Array.from({ length: HEIGHT }, (_, y) =>
    Array.from({ length: WIDTH }, (_, x) => {
      let code = 0x2800;
      dots.forEach((bits, dy) => {
        bits.forEach((bit, dx) => {
          const [row, column] = [at(y * 4 + dy, 4 * HEIGHT, rows), at(x * 2 + dx, 2 * WIDTH, columns)];
          const isInside = row >= 0 && row < rows && column >= 0 && column < columns;
          if (isInside && values[(row * columns + column) * channels]! > middle) code |= bit;
        });
      });
      return code === 0x2800 ? " " : String.fromCodePoint(code);
    }).join(""),
  );
}
