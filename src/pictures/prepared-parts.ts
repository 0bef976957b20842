import type { Tensor } from "../core/tensor.ts";
import type { Box } from "./box.ts";
import { findDigits } from "./digits/find-digits.ts";
import type { ShapeDoubt } from "./digits/shape.ts";
import type { Picture } from "./picture.ts";
import { framedInk, type Preparation, preparedAsItIs } from "./preparation.ts";

/** What is read by itself in a picture: one digit of several, or the whole picture. */
export interface PreparedPart {
  /** Where it is in the picture. */
  readonly box: Box;
  /** The image that the model is given: `[rows, columns, channels]` bytes. */
  readonly image: Tensor<Uint8Array>;
  /** What speaks against its being one digit, by its shape. */
  readonly doubts: readonly ShapeDoubt[];
}

/** The images for a model that a picture holds, in reading order; none where nothing stands out of the background. */
export function preparedParts(picture: Picture, preparation: Preparation): PreparedPart[] {
  const whole = { left: 0, top: 0, width: picture.width, height: picture.height };
  const asItIs = preparedAsItIs(picture, preparation);
  if (asItIs) return [{ box: whole, image: asItIs, doubts: [] }];
  return findDigits(picture).map(({ box, ink, doubts }) => ({ box, image: framedInk(ink, preparation), doubts }));
}
