import type { Picture } from "../picture.ts";
import { type ShrunkInk, SMALLEST_DRAWING } from "./drawn-ink.ts";
import { nextOther, shrinkingOf, wordsOf } from "./shrinking.ts";

/** The ink must differ from the ground by so many of 255, in one of the colours. */
const LEAST = 64;

/** A pixel between ink and ground may be so far from their mixture, in each colour: values are rounded. */
const ROUNDED = 2;

/**
 * The ink of an opaque picture of two colours, such as a canvas that was filled before it was drawn on: at least half of
 * it is exactly the colour of its corner, and all of the rest the ink's or a mixture of the two. 0 is the ground, 1 the
 * ink. It comes shrunk by the smallest whole factor with which its longer side is at most `longest` pixels.
 *
 * @returns undefined for any other picture
 */
export function flatInk(picture: Picture, longest: number): ShrunkInk | undefined {
  const { width, data } = picture;
  const words = wordsOf(data);
  const farthest = farthestColour(picture, words);
  if (farthest === undefined) return undefined;
  const [red, green, blue] = [0, 1, 2].map((colour) => data[farthest + colour] - data[colour]);
  const unit = 1 / (red * red + green * green + blue * blue);
  const { rows, columns, shrunkBy, area, rowOf, columnOf } = shrinkingOf(picture, longest);
  const ink = new Float32Array(rows * columns);
  const ground = words[0];
  let [row, start, last, share] = [0, 0, ground, 0];
  for (let pixel = 0; pixel < words.length; pixel++) {
    if (words[pixel] === ground) pixel = nextOther(words, pixel, ground);
    if (pixel === words.length) break;
    if (words[pixel] !== last) {
      last = words[pixel];
      const r = data[4 * pixel] - data[0];
      const g = data[4 * pixel + 1] - data[1];
      const b = data[4 * pixel + 2] - data[2];
      share = (r * red + g * green + b * blue) * unit;
      const off = Math.max(Math.abs(r - share * red), Math.abs(g - share * green), Math.abs(b - share * blue));
      if (share < 0 || off > ROUNDED) return undefined;
    }
    for (; pixel >= start + width; start += width) row++;
    const column = columnOf[pixel - start];
    if (column >= 0 && rowOf[row] >= 0) ink[rowOf[row] + column] += share;
  }
  for (let i = 0; i < ink.length; i++) if (ink[i] > 0) ink[i] /= area;
  return { rows, columns, data: ink, shrunkBy };
}

/** Where the colour is that differs most from the ground; undefined where the picture is not half bare and opaque. */
function farthestColour({ width, height, data }: Picture, words: Int32Array): number | undefined {
  const ground = words[0];
  if (Math.max(width, height) < SMALLEST_DRAWING || ground >>> 24 < 255) return undefined;
  const most = words.length / 2;
  let [covered, farthest, far, last] = [0, 0, 0, ground];
  for (let pixel = 0; pixel < words.length; pixel++) {
    if (words[pixel] === ground) pixel = nextOther(words, pixel, ground);
    if (pixel === words.length) break;
    if (++covered > most) return undefined;
    if (words[pixel] === last) continue;
    last = words[pixel];
    if (last >>> 24 < 255) return undefined;
    const at = 4 * pixel;
    const apart = Math.max(
      Math.abs(data[at] - data[0]),
      Math.abs(data[at + 1] - data[1]),
      Math.abs(data[at + 2] - data[2]),
    );
    if (apart > far) [far, farthest] = [apart, at];
  }
  return far < LEAST ? undefined : farthest;
}
