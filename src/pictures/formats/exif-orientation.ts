/**
 * The orientation of a picture in EXIF: cameras store the pixels as the sensor has them, and how they must be turned.
 * (JEITA CP-3451, tag 0x0112.)
 */
import type { Picture } from "../picture.ts";
import { hasText, viewOf } from "./decoder.ts";

/**
 * The orientation in EXIF data, which are a TIFF header and a directory of tags; undefined if it is not there. Damaged
 * EXIF data are no reason to refuse a picture.
 */
export function orientationOf(exif: Uint8Array): number | undefined {
  const isLittle = hasText(exif, 0, "II*\0");
  if (exif.length < 8 || !(isLittle || hasText(exif, 0, "MM\0*"))) return undefined;
  const view = viewOf(exif);
  const directory = view.getUint32(4, isLittle);
  if (directory + 2 > exif.length) return undefined;
  const entries = view.getUint16(directory, isLittle);
  for (let i = 0, at = directory + 2; i < entries && at + 12 <= exif.length; i++, at += 12) {
    if (view.getUint16(at, isLittle) !== 0x0112) continue;
    const isShort = view.getUint16(at + 2, isLittle) === 3;
    return isShort ? view.getUint16(at + 8, isLittle) : undefined;
  }
  return undefined;
}

/**
 * Of each orientation, the corner of the stored picture that is the upper left one when it is upright, and whether rows
 * and columns are exchanged.
 */
const orientations = [
  { right: false, bottom: false, exchanged: false }, // 1: upright
  { right: true, bottom: false, exchanged: false }, // 2: mirrored
  { right: true, bottom: true, exchanged: false }, // 3: upside down
  { right: false, bottom: true, exchanged: false }, // 4: mirrored and upside down
  { right: false, bottom: false, exchanged: true }, // 5: mirrored, then a quarter turn
  { right: false, bottom: true, exchanged: true }, // 6: to be turned clockwise
  { right: true, bottom: true, exchanged: true }, // 7: mirrored, then a quarter turn the other way
  { right: true, bottom: false, exchanged: true }, // 8: to be turned counterclockwise
];

/** The picture as it should be seen. Numbers other than 1 to 8 mean nothing. */
export function upright(picture: Picture, orientation = 1): Picture {
  const { right, bottom, exchanged } = orientations[orientation - 1] ?? orientations[0];
  if (!right && !bottom && !exchanged) return picture;
  const { width, height, data, ...more } = picture;
  const from = new Uint32Array(data.slice().buffer);
  const to = new Uint32Array(width * height);
  const first = (bottom ? (height - 1) * width : 0) + (right ? width - 1 : 0);
  const [alongRow, alongColumn] = [right ? -1 : 1, bottom ? -width : width];
  const [stepX, stepY] = exchanged ? [alongColumn, alongRow] : [alongRow, alongColumn];
  const [columns, rows] = exchanged ? [height, width] : [width, height];
  for (let y = 0, at = 0; y < rows; y++)
    for (let x = 0, source = first + y * stepY; x < columns; x++, source += stepX) to[at++] = from[source];
  return { width: columns, height: rows, data: new Uint8Array(to.buffer), ...more };
}
