import { FAINT, type Ink } from "../mnist-frame.ts";
import type { Picture } from "../picture.ts";

/** A digit of MNIST's size stands in a picture of at most so many pixels on each side. */
const MAX_SIDE = 64;

/** The longer side of a digit as MNIST draws it; all of its 60,000 training images have 19 or 20 pixels. */
const [SHORTEST, LONGEST] = [18, 20];

/**
 * The ink of a small grey picture on exact black or exact white whose digit has the size that MNIST's have, as its
 * values are: it only has to be moved. Any processing would blur it.
 *
 * @returns undefined for any other picture
 */
export function plainInk({ width, height, data }: Picture): Ink | undefined {
  const ground = data[0];
  if (Math.max(width, height) > MAX_SIDE || (ground !== 0 && ground !== 255)) return undefined;
  const ink: Ink = { rows: height, columns: width, data: new Float32Array(width * height) };
  let [bare, most] = [0, 0];
  for (let at = 0; at < ink.data.length; at++) {
    const value = data[4 * at];
    if (data[4 * at + 1] !== value || data[4 * at + 2] !== value || data[4 * at + 3] !== 255) return undefined;
    ink.data[at] = Math.abs(value - ground) / 255;
    most = Math.max(most, ink.data[at]);
    if (value === ground) bare++;
  }
  if (bare < (width * height) / 2 || most < 0.5) return undefined;
  let [top, bottom, left, right] = [height, 0, width, 0];
  for (let at = 0; at < ink.data.length; at++) {
    if (ink.data[at] < FAINT * most) continue;
    const row = Math.floor(at / width);
    const column = at - row * width;
    [top, bottom] = [Math.min(top, row), row + 1];
    [left, right] = [Math.min(left, column), Math.max(right, column + 1)];
  }
  const longer = Math.max(bottom - top, right - left);
  return longer >= SHORTEST && longer <= LONGEST ? ink : undefined;
}
