import type { Ink } from "../mnist-frame.ts";
import type { Picture } from "../picture.ts";

/** In smaller pictures, strokes are only some pixels wide. */
const SMALLEST = 100;

/**
 * Whether a picture is a drawing on a canvas: ink of one colour, and at least half of the picture bare, which means
 * transparent. How opaque a pixel is says how much ink it has, so that no ink needs to be found.
 */
export function isDrawn({ width, height, data }: Picture): boolean {
  if (Math.max(width, height) < SMALLEST) return false;
  const most = (width * height) / 2;
  let first = -1;
  let covered = 0;
  for (let at = 0; at < data.length; at += 4) {
    const alpha = data[at + 3];
    if (alpha === 0) continue;
    if (++covered > most) return false;
    if (first < 0 && alpha === 255) first = at;
    if (first < 0) continue;
    // A canvas keeps colours multiplied by their alpha: of pale pixels they come back rounded.
    const slack = 255 / alpha;
    if (
      Math.abs(data[at] - data[first]) >= slack ||
      Math.abs(data[at + 1] - data[first + 1]) >= slack ||
      Math.abs(data[at + 2] - data[first + 2]) >= slack
    )
      return false;
  }
  return first >= 0;
}

/**
 * The ink of a drawing: 0 where it is bare, 1 where it is opaque. It comes shrunk by the smallest whole factor with
 * which its longer side is at most `longest` pixels.
 */
export function drawnInk({ width, height, data }: Picture, longest: number): Ink & { readonly shrunkBy: number } {
  const shrunkBy = Math.ceil(Math.max(width, height) / longest);
  const [across, down] = [Math.min(shrunkBy, width), Math.min(shrunkBy, height)];
  const [rows, columns] = [Math.floor(height / down), Math.floor(width / across)];
  const ink = new Float32Array(rows * columns);
  const full = 255 * across * down;
  for (let row = 0, to = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, to++) {
      let sum = 0;
      for (let y = row * down; y < (row + 1) * down; y++) {
        const start = 4 * (y * width + column * across) + 3;
        for (let at = start; at < start + 4 * across; at += 4) sum += data[at];
      }
      ink[to] = sum / full;
    }
  }
  return { rows, columns, data: ink, shrunkBy };
}
