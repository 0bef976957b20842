import { encode } from "fast-png";
import { base64 } from "./base64.ts";
import { type Html, html } from "./html.ts";

/** Pixels, row by row: one channel is grey, three are red, green and blue. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** The raster as an address that holds it. */
export function pngAddress({ width, height, channels, data }: Raster): string {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return `data:image/png;base64,${base64(encode({ width, height, channels, depth: 8, data: bytes }))}`;
}

/** The raster in a drawing, its pixels as squares. */
export function rasterImage(raster: Raster, box: { x: number; y: number; width: number; height: number }): Html {
  const { x, y, width, height } = box;
  return html`<image x="${x}" y="${y}" width="${width}" height="${height}" preserveAspectRatio="none" style="image-rendering:pixelated" href="${pngAddress(raster)}"/>`;
}

/** Values from -most to most as orange over white to blue, so that signs can be told apart. NaN is grey. */
export function diverging(values: ArrayLike<number>, most: number): Uint8ClampedArray {
  const pixels = new Uint8ClampedArray(values.length * 3);
  for (let i = 0; i < values.length; i++) {
    const share = Math.max(-1, Math.min(1, values[i] / (most || 1)));
    const end = share < 0 ? [201, 88, 10] : [26, 84, 176];
    for (let c = 0; c < 3; c++)
      pixels[3 * i + c] = Number.isNaN(share) ? 128 : 250 + (end[c] - 250) * Math.abs(share) ** 0.8;
  }
  return pixels;
}

/** Values from least to most as white to black, ink on paper. NaN is grey. */
export function sequential(values: ArrayLike<number>, least: number, most: number): Uint8ClampedArray {
  const pixels = new Uint8ClampedArray(values.length);
  for (let i = 0; i < values.length; i++) {
    const share = (values[i] - least) / (most - least || 1);
    pixels[i] = Number.isNaN(share) ? 128 : 255 * (1 - share);
  }
  return pixels;
}
