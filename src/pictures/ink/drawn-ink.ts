import type { Ink } from "../mnist-frame.ts";
import type { Picture } from "../picture.ts";
import { nextOther, shrinkingOf, wordsOf } from "./shrinking.ts";

/** In smaller pictures, strokes are only some pixels wide. */
export const SMALLEST_DRAWING = 100;

/** Ink in a picture that was shrunk by a factor. */
export interface ShrunkInk extends Ink {
  readonly shrunkBy: number;
}

/**
 * The ink of a drawing on a canvas: ink of one colour, and at least half of the picture bare, which means transparent.
 * How opaque a pixel is says how much ink it has, so that no ink needs to be found: 0 where it is bare, 1 where it is
 * opaque. It comes shrunk by the smallest whole factor with which its longer side is at most `longest` pixels.
 *
 * @returns undefined for any other picture
 */
export function drawnInk(picture: Picture, longest: number): ShrunkInk | undefined {
  const { width, height, data } = picture;
  if (Math.max(width, height) < SMALLEST_DRAWING) return undefined;
  const { rows, columns, shrunkBy, area, rowOf, columnOf } = shrinkingOf(picture, longest);
  const ink = new Float32Array(rows * columns);
  const words = wordsOf(data);
  const most = (width * height) / 2;
  let first = -1;
  let covered = 0;
  let [row, start] = [0, 0];
  for (let pixel = 0; pixel < words.length; pixel++) {
    if (words[pixel] === 0) pixel = nextOther(words, pixel, 0);
    if (pixel === words.length) break;
    const word = words[pixel];
    const alpha = word >>> 24;
    if (alpha === 0) continue;
    if (++covered > most) return undefined;
    if (first < 0 && alpha === 255) first = pixel;
    if (first >= 0 && word !== words[first] && !isSameColour(data, 4 * pixel, 4 * first)) return undefined;
    for (; pixel >= start + width; start += width) row++;
    const column = columnOf[pixel - start];
    if (column >= 0 && rowOf[row] >= 0) ink[rowOf[row] + column] += alpha;
  }
  if (first < 0) return undefined;
  const full = 255 * area;
  for (let i = 0; i < ink.length; i++) if (ink[i] > 0) ink[i] /= full;
  return { rows, columns, data: ink, shrunkBy };
}

/** A canvas keeps colours multiplied by their alpha: of pale pixels they come back rounded. */
function isSameColour(data: Picture["data"], at: number, other: number): boolean {
  const slack = 255 / data[at + 3];
  return (
    Math.abs(data[at] - data[other]) < slack &&
    Math.abs(data[at + 1] - data[other + 1]) < slack &&
    Math.abs(data[at + 2] - data[other + 2]) < slack
  );
}
