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

/** The grey of a colour (Rec. 601 luma, in thousandths: a colour of three equal channels keeps its exact value). */
export function luminance(red: number, green: number, blue: number): number {
  return (299 * red + 587 * green + 114 * blue) / 1000;
}

/** A grey in [0, 1] with an alpha in [0, 1], composited on white. */
export function onWhite(grey: number, alpha: number): number {
  return alpha === 1 ? grey : 1 - alpha * (1 - grey);
}

/** A picture in grey; transparent pixels are composited on white. */
export function greyOf({ width, height, data: rgba }: Picture): Grey {
  const data = new Float32Array(width * height);
  for (let i = 0, at = 0; i < data.length; i++, at += 4) {
    data[i] = onWhite(luminance(rgba[at], rgba[at + 1], rgba[at + 2]) / 255, rgba[at + 3] / 255);
  }
  return { rows: height, columns: width, data };
}
