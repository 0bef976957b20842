import { InputError } from "../core/errors.ts";
import type { Tensor } from "../core/tensor.ts";
import { readPicture } from "./formats/read-picture.ts";
import { type Grey, greyOf } from "./grey.ts";
import { inkOf } from "./ink/ink.ts";
import { frameAsMnist } from "./mnist-frame.ts";
import type { Picture } from "./picture.ts";

/** The network's input is 32x32; MNIST's pictures are 28x28. */
const SIDE = 32;

/**
 * The network's input for a picture of one digit in a file: PNG, JPEG, WebP, GIF or BMP.
 *
 * A picture of exactly 28x28 or 32x32 pixels with a border that is mostly exact black is used unchanged, as an image of
 * MNIST (28x28 gets 2 pixels of black on each side). In any other picture, the ink of the digit is found, scaled and
 * centred as in MNIST.
 *
 * @param name the file's name in errors
 * @returns `[32, 32, 1]` bytes with scale 1/255
 * @throws InputError for a file of another format or a damaged one, for more than 2^26 pixels and for a blank picture
 */
export async function readDigit(file: Uint8Array, name = "image"): Promise<Tensor<Uint8Array>> {
  return digitInput(await readPicture(file, name), name);
}

/**
 * As {@link readDigit}, for a decoded picture, such as the `ImageData` of a canvas.
 * @param name the picture's name in errors
 * @throws InputError for a blank picture
 */
export function digitInput(picture: Picture, name = "image"): Tensor<Uint8Array> {
  return digitInputOfGrey(greyOf(picture), name);
}

/** As {@link digitInput}, for a picture in grey. */
export function digitInputOfGrey(picture: Grey, name = "image"): Tensor<Uint8Array> {
  const shape = [SIDE, SIDE, 1];
  if (isMnistPicture(picture)) return { shape, data: centred(picture), scale: 1 / 255 };
  const ink = inkOf(picture);
  if (ink === undefined) {
    throw new InputError(`${name}: expected a digit, but nothing stands out of the background; give a clearer picture`);
  }
  return { shape, data: frameAsMnist(ink, SIDE), scale: 1 / 255 };
}

function isMnistPicture({ rows, columns, data }: Grey): boolean {
  if (rows !== columns || (rows !== 28 && rows !== SIDE)) return false;
  const border = data.filter((_, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    return Math.min(row, column, rows - 1 - row, columns - 1 - column) === 0;
  });
  const black = border.filter((value) => value === 0).length;
  return black > border.length / 2 && data.some((value) => value > 0);
}

function centred({ rows, columns, data }: Grey): Uint8Array {
  const bytes = new Uint8Array(SIDE * SIDE);
  const padding = (SIDE - rows) / 2;
  data.forEach((value, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    bytes[(row + padding) * SIDE + column + padding] = Math.round(255 * value);
  });
  return bytes;
}
