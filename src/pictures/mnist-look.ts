import { FAINT, MNIST } from "./mnist-frame.ts";

/** The share of the pixels along the border that must be of one grey. */
const MOST = 0.9;

/** What a picture of a digit looks like beside MNIST's. */
export interface Look {
  /** The grey of the middle value along its border, from 0 to 1. */
  readonly ground: number;
  /**
   * Whether its ink is framed as in MNIST, in the middle `field` x `field` pixels.
   * @param slack by how many of MNIST's pixels the centre of mass may be off, default 0.75
   */
  isFramed(field: number, slack?: number): boolean;
}

/** @param grey `[rows, columns]`, 0 = black, 1 = white */
export function lookOf(grey: Float32Array, [rows, columns]: readonly [rows: number, columns: number]): Look {
  const border = borderOf(grey, rows, columns);
  const ground = border.slice().sort()[border.length >> 1];
  const isPlain = Math.min(ground, 1 - ground) < 0.02;
  const agreeing = border.filter((value) => Math.abs(value - ground) < 0.02).length;
  const isFramed = (field: number, slack = 0.75) => {
    if (!isPlain || agreeing < MOST * border.length) return false;
    const { longer, centre } = inkIn(grey, ground, columns);
    const pixel = field / MNIST.field;
    // In images that were resized from MNIST's, the edges of strokes are blurred.
    const blur = pixel === 1 ? 0 : 1;
    const [top, left] = [(rows - field) / 2, (columns - field) / 2];
    return (
      longer > (MNIST.box - 1) * pixel - blur - 0.5 &&
      longer < MNIST.box * pixel + 2 * blur + 0.5 &&
      Math.abs(centre[0] - top - MNIST.centre * pixel) <= slack * Math.max(pixel, 1) &&
      Math.abs(centre[1] - left - MNIST.centre * pixel) <= slack * Math.max(pixel, 1)
    );
  };
  return { ground, isFramed };
}

function borderOf(grey: Float32Array, rows: number, columns: number): Float32Array {
  const border: number[] = [];
  for (let row = 0; row < rows; row++) {
    const step = row === 0 || row === rows - 1 ? 1 : Math.max(1, columns - 1);
    for (let column = 0; column < columns; column += step) border.push(grey[row * columns + column]);
  }
  return Float32Array.from(border);
}

/** The longer side of the box around the ink, and its centre of mass, in pixels; NaN where there is no ink. */
function inkIn(
  grey: Float32Array,
  ground: number,
  columns: number,
): { longer: number; centre: readonly [row: number, column: number] } {
  let most = 0;
  for (const value of grey) most = Math.max(most, Math.abs(value - ground));
  let [top, bottom, left, right] = [Number.POSITIVE_INFINITY, 0, Number.POSITIVE_INFINITY, 0];
  let [mass, massRow, massColumn] = [0, 0, 0];
  for (let at = 0; at < grey.length; at++) {
    const ink = Math.abs(grey[at] - ground);
    if (ink === 0) continue;
    const [row, column] = [Math.floor(at / columns), at % columns];
    mass += ink;
    massRow += ink * (row + 0.5);
    massColumn += ink * (column + 0.5);
    if (ink < FAINT * most) continue;
    top = Math.min(top, row);
    bottom = Math.max(bottom, row + 1);
    left = Math.min(left, column);
    right = Math.max(right, column + 1);
  }
  return { longer: Math.max(bottom - top, right - left), centre: [massRow / mass, massColumn / mass] };
}
