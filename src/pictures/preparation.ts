import type { Tensor } from "../core/tensor.ts";
import { digitInput } from "./digit-input.ts";
import { luminance, onWhite } from "./grey.ts";
import type { Picture } from "./picture.ts";
import { resized } from "./resize.ts";

/**
 * How a picture becomes an image for a model: what was done to the pictures that the model was trained on. A data set
 * has it, `fit` gives it to the model, and a model file keeps it.
 */
export interface Preparation {
  /** Rows and columns of the image inside the padding. */
  readonly size: readonly [rows: number, columns: number];
  /** Rows and columns of zeros on each side of it; LeNet-5 takes MNIST's 28x28 with 2. */
  readonly padding: number;
  /** 1: grey; 3: red, green and blue; 4: these with alpha. */
  readonly channels: 1 | 3 | 4;
  /**
   * "mnist": the ink of a digit is found, scaled and centred as in MNIST; "none": the whole picture, with what is in it
   * as it is.
   */
  readonly framing: "mnist" | "none";
  /** Whether the ink is lighter or darker than its ground in the images of the data set. */
  readonly ink: "light" | "dark";
  /**
   * How a picture of another size comes to `size` (as in Keras's image_dataset_from_directory): "stretch" it, "pad" it
   * with the ground's colour to the same aspect ratio, or "crop" its middle.
   */
  readonly fit: "stretch" | "pad" | "crop";
  /** What a byte of the picture is multiplied by: 1 / 255 for inputs from 0 to 1. */
  readonly scale: number;
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
