import type { Example } from "../results.ts";
import { fromBase64 } from "./base64.ts";
import type { Html } from "./html.ts";
import { type Raster, rasterImage } from "./raster.ts";

/** The image of an example, for {@link rasterImage}. */
export function exampleRaster({ pixels }: Pick<Example, "pixels">, shape: readonly number[]): Raster {
  return paperRaster(fromBase64(pixels), shape);
}

/** An image as it is drawn on paper: dark on white with one channel, in colour with three. */
export function paperRaster(
  bytes: Uint8Array | Uint8ClampedArray,
  [height, width, channels = 1]: readonly number[],
): Raster {
  if (channels === 3) return { width, height, channels: 3, data: bytes };
  const data = new Uint8Array(width * height).map((_, i) => 255 - bytes[i * channels]);
  return { width, height, channels: 1, data };
}

/** The image of an example in a drawing. */
export function examplePicture(
  example: Example,
  shape: readonly number[],
  box: { x: number; y: number; width: number; height: number },
): Html {
  return rasterImage(exampleRaster(example, shape), box);
}
