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
 * The colours of a picture, shrunk by the smallest whole factor with which its longer side is at most `longest` pixels.
 * Each new pixel is the mean of a square of old ones; columns and rows at the end that do not fill a square are left
 * out. Transparent pixels get the ground that {@link groundOf} gives.
 */
export function coloursOf(picture: Picture, longest: number): Colours {
  const { width, height, data } = picture;
  const factor = Math.ceil(Math.max(width, height) / longest);
  // A narrow strip may be thinner than the square: it keeps one row or column.
  const [across, down] = [Math.min(factor, width), Math.min(factor, height)];
  const [rows, columns] = [Math.floor(height / down), Math.floor(width / across)];
  const size = rows * columns;
  const [red, green, blue, alpha] = [0, 1, 2, 3].map(() => new Float32Array(size));
  const perUnit = 1 / (255 * 255 * across * down);
  let [isGrey, isOpaque] = [true, true];
  for (let row = 0, to = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, to++) {
      let [r, g, b, a] = [0, 0, 0, 0];
      for (let y = row * down; y < (row + 1) * down; y++) {
        const start = 4 * (y * width + column * across);
        for (let at = start; at < start + 4 * across; at += 4) {
          const seen = data[at + 3];
          r += seen * data[at];
          g += seen * data[at + 1];
          b += seen * data[at + 2];
          a += seen;
        }
      }
      if (r !== g || g !== b) isGrey = false;
      if (a !== 255 * across * down) isOpaque = false;
      red[to] = r * perUnit;
      green[to] = g * perUnit;
      blue[to] = b * perUnit;
      alpha[to] = 255 * a * perUnit;
    }
  }
  const planes = isGrey ? [red] : [red, green, blue];
  const colours = { rows, columns, red, green: isGrey ? red : green, blue: isGrey ? red : blue, shrunkBy: factor };
  if (!isOpaque) onGround(colours, planes, alpha);
  return colours;
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
