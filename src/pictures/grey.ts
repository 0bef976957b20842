import type { Picture } from "./picture.ts";

/** A picture in shades of grey. */
export interface Grey {
  /** The number of rows of pixels. */
  readonly rows: number;
  /** The number of pixels in a row. */
  readonly columns: number;
  /** `[rows, columns]`, row-major; 0 = black, 1 = white. */
  readonly data: Float32Array;
}

/**
 * The longer side of a picture after shrinking, in pixels: a digit is scaled to 20 pixels, so more detail is only
 * noise.
 */
const LONGEST = 768;

/** The grey of a colour (Rec. 601 luma, in thousandths: a colour of three equal channels keeps its exact value). */
export function luminance(red: number, green: number, blue: number): number {
  return (299 * red + 587 * green + 114 * blue) / 1000;
}

/** A grey in [0, 1] with an alpha in [0, 1], composited on white. */
export function onWhite(grey: number, alpha: number): number {
  return alpha === 1 ? grey : 1 - alpha * (1 - grey);
}

/**
 * A picture from its pixels, shrunk by the smallest whole factor with which its longer side is at most `longest`. Each
 * new pixel is the mean of a square of old ones; columns and rows at the end that do not fill a square are left out.
 *
 * @param longest in pixels, default 768
 * @param at the grey in [0, 1] at a column and row
 */
export function greyPicture(
  width: number,
  height: number,
  at: (x: number, y: number) => number,
  longest = LONGEST,
): Grey {
  const factor = Math.ceil(Math.max(width, height) / longest);
  // A narrow strip may be thinner than the square: it keeps one row or column.
  const [across, down] = [Math.min(factor, width), Math.min(factor, height)];
  const columns = Math.floor(width / across);
  const rows = Math.floor(height / down);
  const data = new Float32Array(rows * columns);
  for (let y = 0; y < rows * down; y++) {
    const row = Math.floor(y / down) * columns;
    for (let x = 0; x < columns * across; x++) data[row + Math.floor(x / across)] += at(x, y);
  }
  if (factor > 1) for (let i = 0; i < data.length; i++) data[i] /= across * down;
  return { rows, columns, data };
}

/** A picture in grey, shrunk as {@link greyPicture} does; transparent pixels are composited on white. */
export function greyOf({ width, height, data }: Picture): Grey {
  return greyPicture(width, height, (x, y) => {
    const at = 4 * (y * width + x);
    return onWhite(luminance(data[at], data[at + 1], data[at + 2]) / 255, data[at + 3] / 255);
  });
}
