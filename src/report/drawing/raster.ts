import { encode } from "fast-png";
import { base64 } from "./base64.ts";
import { type Html, html } from "./html.ts";

/** Pixels in row-major order: one channel (grey) or three (red, green, blue). */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** A raster with sides of at most `side` pixels: the means of equal squares. */
export function reduced(raster: Raster, side: number): Raster {
  const { width, height, channels, data } = raster;
  const step = Math.ceil(Math.max(width, height) / side);
  if (step <= 1) return raster;
  const [columns, rows] = [Math.ceil(width / step), Math.ceil(height / step)];
  const means = new Uint8ClampedArray(columns * rows * channels);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [right, bottom] = [Math.min(width, (column + 1) * step), Math.min(height, (row + 1) * step)];
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let y = row * step; y < bottom; y++)
          for (let x = column * step; x < right; x++) sum += data[(y * width + x) * channels + c];
        means[(row * columns + column) * channels + c] = sum / ((right - column * step) * (bottom - row * step));
      }
    }
  }
  return { width: columns, height: rows, channels, data: means };
}

/** The raster as a data URL of a PNG. */
export function pngAddress({ width, height, channels, data }: Raster): string {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return `data:image/png;base64,${base64(encode({ width, height, channels, depth: 8, data: bytes }))}`;
}

/** Pixels of a picture for each pixel of its place: screens and prints show no more. */
const DENSITY = 3;

/** The raster as an SVG image whose pixels stay sharp squares. */
export function rasterImage(given: Raster, box: { x: number; y: number; width: number; height: number }): Html {
  const { x, y, width, height } = box;
  const raster = reduced(given, Math.ceil(DENSITY * Math.max(width, height)));
  return html`<image x="${x}" y="${y}" width="${width}" height="${height}" preserveAspectRatio="none" style="image-rendering:pixelated" href="${pngAddress(raster)}"/>`;
}

/** Colours of values from -max to max: orange, white at 0, blue. NaN is grey. */
export function diverging(values: ArrayLike<number>, max: number): Uint8ClampedArray {
  const pixels = new Uint8ClampedArray(values.length * 3);
  for (let i = 0; i < values.length; i++) {
    const share = Math.max(-1, Math.min(1, values[i] / (max || 1)));
    const end = share < 0 ? [201, 88, 10] : [26, 84, 176];
    for (let c = 0; c < 3; c++)
      pixels[3 * i + c] = Number.isNaN(share) ? 128 : 250 + (end[c] - 250) * Math.abs(share) ** 0.8;
  }
  return pixels;
}

/** Grey levels of values from min (white) to max (black). NaN is mid-grey. */
export function sequential(values: ArrayLike<number>, min: number, max: number): Uint8ClampedArray {
  const pixels = new Uint8ClampedArray(values.length);
  for (let i = 0; i < values.length; i++) {
    const share = (values[i] - min) / (max - min || 1);
    pixels[i] = Number.isNaN(share) ? 128 : 255 * (1 - share);
  }
  return pixels;
}
