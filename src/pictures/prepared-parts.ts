import type { Tensor } from "../core/tensor.ts";
import { inkOf } from "./ink/ink.ts";
import type { Picture } from "./picture.ts";
import { framedInk, type Preparation, preparedAsItIs } from "./preparation.ts";

/** A rectangle in a picture, in pixels. */
export interface Box {
  /** Columns of pixels to the left of it. */
  readonly left: number;
  /** Rows of pixels above it. */
  readonly top: number;
  /** Its columns of pixels. */
  readonly width: number;
  /** Its rows of pixels. */
  readonly height: number;
}

/** What is read by itself in a picture: one digit of several, or the whole picture. */
export interface PreparedPart {
  /** Where it is in the picture. */
  readonly box: Box;
  /** The image that the model is given: `[rows, columns, channels]` bytes. */
  readonly image: Tensor<Uint8Array>;
}

/** The images for a model that a picture holds, in reading order; none where nothing stands out of the background. */
export function preparedParts(picture: Picture, preparation: Preparation): PreparedPart[] {
  const whole = { left: 0, top: 0, width: picture.width, height: picture.height };
  const asItIs = preparedAsItIs(picture, preparation);
  if (asItIs) return [{ box: whole, image: asItIs }];
  const ink = inkOf(picture);
  return ink ? [{ box: whole, image: framedInk(ink, preparation) }] : [];
}
