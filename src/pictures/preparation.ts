import { InputError, shown } from "../core/errors.ts";
import {
  type Check,
  type ConfigOf,
  checkedOptions,
  choice,
  type OptionsOf,
  optional,
  positive,
  required,
  whole,
} from "../core/options.ts";
import type { Tensor } from "../core/tensor.ts";
import { digitInput } from "./digit-input.ts";
import { luminance, onWhite } from "./grey.ts";
import type { Picture } from "./picture.ts";
import { resized } from "./resize.ts";

const sides: Check<readonly [rows: number, columns: number]> = (what, given) => {
  const isSize = Array.isArray(given) && given.length === 2 && given.every((side) => Number.isInteger(side));
  if (isSize && given.every((side) => side >= 1 && side <= MAX_SIDE)) return [given[0], given[1]];
  throw new InputError(`${what}: expected [rows, columns] from 1 to ${MAX_SIDE}, got ${shown(given)}`);
};

const channelCount: Check<1 | 3 | 4> = (what, given) => {
  if (given === 1 || given === 3 || given === 4) return given;
  throw new InputError(`${what}: expected 1 (grey), 3 (red, green, blue) or 4 (with alpha), got ${shown(given)}`);
};

/** A network for larger images does not fit the memory. */
const MAX_SIDE = 4096;

const preparation = {
  /** Rows and columns of the image inside the padding. Required. */
  size: required(sides),
  /** Rows and columns of zeros on each side of it; LeNet-5 takes MNIST's 28x28 with 2. Default 0. */
  padding: optional(whole(0), 0),
  /** 1: grey; 3: red, green and blue; 4: these with alpha. Default 1. */
  channels: optional(channelCount, 1),
  /**
   * "mnist": the ink of a digit is found, scaled and centred as in MNIST; "none": the whole picture, with what is in it
   * as it is. Default "none".
   */
  framing: optional(choice(["mnist", "none"]), "none"),
  /** Whether the ink is lighter or darker than its ground in the images of the data set. Default "light". */
  ink: optional(choice(["light", "dark"]), "light"),
  /**
   * How a picture of another size comes to `size` (as in Keras's image_dataset_from_directory): "stretch" it, "pad" it
   * with the ground's colour to the same aspect ratio, or "crop" its middle. Default "pad".
   */
  fit: optional(choice(["stretch", "pad", "crop"]), "pad"),
  /** What a byte of the picture is multiplied by. Default 1 / 255, for inputs from 0 to 1. */
  scale: optional(positive, 1 / 255),
};

/**
 * How a picture becomes an image for a model: what was done to the pictures that the model was trained on. A data set
 * has it, `fit` gives it to the model, and a model file keeps it.
 */
export interface Preparation extends ConfigOf<typeof preparation> {}

/** A {@link Preparation} whose parts with a default may be left out. */
export interface PreparationOptions extends OptionsOf<typeof preparation> {}

/** A complete preparation, checked. @throws InputError for anything else */
export function checkedPreparation(what: string, given: PreparationOptions): Preparation {
  return checkedOptions(what, preparation, given);
}

/** How a picture becomes one of MNIST's images, which has 28 rows and columns and `padding` more on each side. */
export function mnistPreparation(padding = 0): Preparation {
  const size = [28, 28] as const;
  return { size, padding, channels: 1, framing: "mnist", ink: "light", fit: "pad", scale: 1 / 255 };
}

/**
 * One image for a model, made from a picture.
 *
 * @param name the picture's name in errors
 * @returns `[rows, columns, channels]`, padding included, bytes with the preparation's scale
 * @throws InputError where framing finds no digit
 */
export function prepared(picture: Picture, preparation: Preparation, name = "image"): Tensor<Uint8Array> {
  const { size, padding, channels, framing, ink, fit, scale } = preparation;
  if (framing === "mnist") return digitInput(picture, name);
  const [rows, columns] = size;
  const ground = ink === "light" ? 0 : 255;
  const { data } = resized(picture, columns, rows, fit, ground);
  const shape = [rows + 2 * padding, columns + 2 * padding, channels];
  const image = new Uint8Array(shape[0]! * shape[1]! * channels);
  for (let row = 0, from = 0; row < rows; row++) {
    let to = ((row + padding) * shape[1]! + padding) * channels;
    for (let column = 0; column < columns; column++, from += 4, to += channels) {
      const alpha = data[from + 3]! / 255;
      const seen = (value: number) => (ground === 0 ? alpha * value : 255 * onWhite(value / 255, alpha));
      if (channels === 4) image.set(data.subarray(from, from + 4), to);
      else if (channels === 3) for (let k = 0; k < 3; k++) image[to + k] = Math.round(seen(data[from + k]!));
      else image[to] = Math.round(seen(luminance(data[from]!, data[from + 1]!, data[from + 2]!)));
    }
  }
  return { shape, data: image, scale };
}
