import type { Dataset } from "../index.ts";

/** Columns and rows of a preview in characters: a braille character has 2x4 dots, an image 32x32 pixels. */
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
  const lines: string[] = [];
  for (let first = 0; first < shown; first += perRow) {
    const row = Array.from({ length: Math.min(perRow, shown - first) }, (_, i) => first + i);
    const pictures = row.map((i) => preview(images.data.subarray(i * 1024, (i + 1) * 1024)));
    for (let y = 0; y < HEIGHT; y++)
      lines.push(
        pictures
          .map((picture) => picture[y])
          .join(" ")
          .trimEnd(),
      );
    lines.push(
      row
        .map((i) => classNames[labels[i]].slice(0, WIDTH).padEnd(WIDTH))
        .join(" ")
        .trimEnd(),
    );
  }
  return lines.join("\n");
}

/** A dot for every pixel that is brighter than half the maximum. */
function preview(pixels: ArrayLike<number>): string[] {
  const max = Array.from(pixels).reduce((a, b) => Math.max(a, b), 0);
  return Array.from({ length: HEIGHT }, (_, y) =>
    Array.from({ length: WIDTH }, (_, x) => {
      let code = 0x2800;
      dots.forEach((bits, dy) => {
        bits.forEach((bit, dx) => {
          if (pixels[(y * 4 + dy) * 32 + x * 2 + dx] > max / 2) code |= bit;
        });
      });
      return code === 0x2800 ? " " : String.fromCodePoint(code);
    }).join(""),
  );
}
