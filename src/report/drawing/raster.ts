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

/** The raster as a data URL of a PNG. */
export function pngAddress({ width, height, channels, data }: Raster): string {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return `data:image/png;base64,${base64(encode({ width, height, channels, depth: 8, data: bytes }))}`;
}

/** The raster as an SVG image whose pixels stay sharp squares. */
export function rasterImage(raster: Raster, box: { x: number; y: number; width: number; height: number }): Html {
  const { x, y, width, height } = box;
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
