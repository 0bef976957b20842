import { luminance } from "../grey.ts";
import type { Picture } from "../picture.ts";

/** The colours of a picture: red, green and blue, row-major, each from 0 to 1. Equal planes may be one array. */
export interface Colours {
  readonly rows: number;
  readonly columns: number;
  readonly red: Float32Array;
  readonly green: Float32Array;
  readonly blue: Float32Array;
  /** The factor by which the picture was shrunk: old pixels across a new one. */
  readonly shrunkBy: number;
}

/**
 * The longer side of a picture after shrinking, in pixels: a digit is scaled to 20 pixels, so more detail is only
 * noise.
 */
const LONGEST = 768;

/**
 * The colours of a picture, shrunk by the smallest whole factor with which its longer side is at most 768 pixels. Each
 * new pixel is the mean of a square of old ones; columns and rows at the end that do not fill a square are left out.
 * Transparent pixels get the ground that {@link groundOf} gives.
 */
export function coloursOf(picture: Picture): Colours {
  const { width, height } = picture;
  const factor = Math.ceil(Math.max(width, height) / LONGEST);
  // A narrow strip may be thinner than the square: it keeps one row or column.
  const [across, down] = [Math.min(factor, width), Math.min(factor, height)];
  const [rows, columns] = [Math.floor(height / down), Math.floor(width / across)];
  const planes = isGrey(picture) ? 1 : 3;
  const shrunk = Array.from({ length: planes }, (_, k) => plane(picture, k, rows, columns, across, down));
  const [red, green = red, blue = red] = shrunk as [Float32Array, Float32Array?, Float32Array?];
  const colours = { rows, columns, red, green, blue, shrunkBy: factor };
  if (!isOpaque(picture)) onGround(colours, shrunk, plane(picture, 3, rows, columns, across, down));
  return colours;
}

/** Whether all colours are greys. */
function isGrey({ data }: Picture): boolean {
  for (let i = 0; i < data.length; i += 4) if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return false;
  return true;
}

export function isOpaque({ data }: Picture): boolean {
  for (let i = 3; i < data.length; i += 4) if (data[i] !== 255) return false;
  return true;
}

/** The mean of a channel in each square, from 0 to 1; colours are multiplied by their alpha. */
function plane(
  { width, data }: Picture,
  channel: number,
  rows: number,
  columns: number,
  across: number,
  down: number,
): Float32Array {
  const means = new Float32Array(rows * columns);
  const perUnit = 1 / (255 * 255 * across * down);
  for (let row = 0, to = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, to++) {
      let sum = 0;
      for (let y = row * down; y < (row + 1) * down; y++) {
        const start = 4 * (y * width + column * across);
        for (let at = start; at < start + 4 * across; at += 4) {
          sum += channel === 3 ? 255 * data[at + 3] : data[at + channel] * data[at + 3];
        }
      }
      means[to] = sum * perUnit;
    }
  }
  return means;
}

/** Lays colours that are multiplied by their alpha on the ground. */
function onGround(colours: Colours, planes: readonly Float32Array[], alpha: Float32Array): void {
  const ground = groundOf(colours, alpha);
  for (const values of planes) {
    for (let i = 0; i < values.length; i++) values[i] = values[i] + (1 - alpha[i]) * ground;
  }
}

/**
 * The grey behind a picture with transparent parts: white behind dark ink, black behind light ink. A card of its own
 * tone with ink on it, the transparent part only around it, gets a ground like the card.
 */
function groundOf({ red, green, blue }: Colours, alpha: Float32Array): number {
  let [covered, sum, squares] = [0, 0, 0];
  for (let i = 0; i < alpha.length; i++) {
    if (alpha[i] === 0) continue;
    const light = luminance(red[i], green[i], blue[i]);
    covered += alpha[i];
    sum += light;
    squares += light ** 2 / alpha[i];
  }
  if (covered === 0) return 1;
  const mean = sum / covered;
  const deviation = Math.sqrt(Math.max(0, squares / covered - mean ** 2));
  const isCard = deviation > 0.12 && covered > 0.35 * alpha.length;
  return mean > 0.5 === isCard ? 1 : 0;
}
