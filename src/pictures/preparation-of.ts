import type { Tensor } from "../core/tensor.ts";
import { luminance, onWhite } from "./grey.ts";
import { MNIST } from "./mnist-frame.ts";
import { type Look, lookOf } from "./mnist-look.ts";
import type { Preparation } from "./preparation.ts";

/** As many images say what all of them are like; of large ones fewer, so that it takes a quarter of a second. */
const MAX_IMAGES = 1000;
const MAX_PIXELS = 1_000_000;
const MIN_IMAGES = 20;

/** The share of the images that must agree. */
const MOST = 0.9;

/**
 * How a picture becomes an image of a data set, as far as its images show it: whether their ink is light or dark, and
 * whether digits are framed as MNIST frames them. Up to 1,000 images, evenly spread over the set, are looked at.
 *
 * The framing is "mnist" where at least 90% of the images have one ground along their border, black or white, ink whose
 * longer side is 20/28 of the image's side (19 to 20 pixels of 28) and a centre of mass within a pixel of the middle.
 * (MNIST itself: 100% have a longer side of 19 or 20 pixels, and their centre of mass lies in pixel 14 of 28.)
 *
 * @param images `[N, rows, columns, channels]`, with 1, 3 or 4 channels: bytes, or floats that are from 0 to 1 or from
 *   0 to 255 once they are multiplied by their scale
 * @param given what is known: rows and columns of zeros around each image (default 0), and how pictures of another size
 *   were made to fit (default "pad": nothing is lost and nothing distorted)
 * @returns undefined for images of another form
 */
export function preparationOf(
  images: Tensor,
  { padding = 0, fit = "pad" }: Partial<Pick<Preparation, "padding" | "fit">> = {},
): Preparation | undefined {
  const [count = 0, rows = 0, columns = 0, channels = 0] = images.shape;
  const size = [rows - 2 * padding, columns - 2 * padding] as const;
  const isPicture = images.shape.length === 4 && count > 0 && Math.min(...size) > 0;
  if (!isPicture || !(channels === 1 || channels === 3 || channels === 4)) return undefined;
  const scale = byteScale(images);
  if (scale === undefined) return undefined;
  const many = Math.min(MAX_IMAGES, Math.max(MIN_IMAGES, Math.floor(MAX_PIXELS / (size[0] * size[1]))));
  const looks = Math.min(count, many);
  const seen = Array.from({ length: looks }, (_, i) => {
    return lookOf(greyImage(images, Math.floor((i * count) / looks), padding, 255 * scale), size);
  });
  const light = seen.filter(({ ground }) => ground < 0.5).length;
  const ink = 2 * light >= seen.length ? "light" : "dark";
  const framed = (field: number) => {
    const isFramed = (look: Look) => look.isFramed(field) && look.ground < 0.5 === (ink === "light");
    return size[0] === size[1] && seen.filter(isFramed).length >= MOST * seen.length;
  };
  const made = { channels, ink, fit, scale } as const;
  if (framed(size[0])) return { ...made, size, padding, framing: "mnist" };
  // LeNet-5's images: MNIST's 28x28 and 2 pixels on each side.
  if (padding === 0 && size[0] === 32 && ink === "light" && framed(MNIST.field))
    return { ...made, size: [MNIST.field, MNIST.field], padding: 2, framing: "mnist" };
  return { ...made, size, padding, framing: "none" };
}

/** An image without its padding, in grey from 0 to 1. @param white what white is, once multiplied by the scale */
function greyImage({ shape, data, scale = 1 }: Tensor, index: number, padding: number, white: number): Float32Array {
  const [, rows, columns, channels] = shape;
  const grey = new Float32Array((rows - 2 * padding) * (columns - 2 * padding));
  const unit = scale / white;
  for (let row = padding, to = 0; row < rows - padding; row++) {
    for (let column = padding; column < columns - padding; column++, to++) {
      const at = ((index * rows + row) * columns + column) * channels;
      const seen = channels === 1 ? data[at] : luminance(data[at], data[at + 1], data[at + 2]);
      grey[to] = onWhite(seen * unit, channels === 4 ? data[at + 3] * unit : 1);
    }
  }
  return grey;
}

/** What bytes are multiplied by to become inputs as these images are; undefined where none are from 0 to 1 or 255. */
function byteScale({ data, scale = 1 }: Tensor): number | undefined {
  if (data instanceof Uint8Array) return scale;
  let most = 0;
  for (let i = 0; i < data.length; i++) {
    if (!(data[i] >= 0)) return undefined;
    most = Math.max(most, data[i]);
  }
  if (most * scale <= 1) return 1 / 255;
  return most * scale <= 255 ? 1 : undefined;
}
