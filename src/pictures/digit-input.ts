import type { Tensor } from "../core/tensor.ts";
import { readPicture } from "./formats/read-picture.ts";
import type { Picture } from "./picture.ts";
import { prepared } from "./preparation.ts";

/**
 * The network's input for a picture of one digit in a file: PNG, JPEG, WebP, GIF or BMP.
 *
 * A picture of exactly 28x28 or 32x32 pixels that is framed as MNIST's images are is used unchanged (28x28 gets 2
 * pixels of black on each side). In any other picture, the ink of the digit is found, scaled and centred as in MNIST.
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
  return prepared(picture, undefined, name);
}
