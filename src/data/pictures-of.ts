import { joinPath } from "#platform";
import { InputError } from "../core/errors.ts";
import { sizeOf } from "../core/tensor.ts";
import { readPicture } from "../pictures/formats/read-picture.ts";
import type { Picture } from "../pictures/picture.ts";
import { LARGEST } from "./read-data-options.ts";
import { readBytes } from "./sources/files-in-memory.ts";
import type { FoundImages, ImageArray } from "./sources/found-data.ts";

/** Files that are read at the same time. */
const AT_ONCE = 16;

/** A longer side that is enough, in pixels, as no image for a network is larger. */
export const LONGEST = LARGEST;

/** A picture of a data set, or why it cannot be read. */
export interface SeenPicture {
  /** Its index in the data. */
  readonly index: number;
  readonly name: string;
  readonly picture: Picture | InputError;
}

/** The pictures with these indices, one after another in this order. */
export async function* picturesOf(images: FoundImages, indices: ArrayLike<number>): AsyncGenerator<SeenPicture> {
  if (images.kind === "array") {
    for (let k = 0; k < indices.length; k++) {
      const index = indices[k]!;
      yield { index, name: `${images.name}, image ${index}`, picture: pictureOf(images, index) };
    }
    return;
  }
  for (let from = 0; from < indices.length; from += AT_ONCE) {
    const group = Array.from(Array.prototype.slice.call(indices, from, from + AT_ONCE) as number[]);
    const files = group.map((index) => readBytes(joinPath(images.folder, images.names[index]!)));
    await Promise.allSettled(files);
    // One decoded picture at a time: sixteen large ones would take a gigabyte.
    for (const [k, index] of group.entries()) {
      const name = images.names[index]!;
      yield { index, name, picture: await decoded(files[k]!, joinPath(images.folder, name)) };
    }
  }
}

async function decoded(file: Promise<Uint8Array>, path: string): Promise<SeenPicture["picture"]> {
  try {
    return await readPicture(await file, path, { longest: LONGEST });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error;
  }
}

/** An image of an array as a picture. */
export function pictureOf({ images: { shape, data } }: ImageArray, index: number): Picture {
  const [, height = 0, width = 0, channels = 1] = shape;
  const size = sizeOf(shape.slice(1));
  const rgba = new Uint8Array(4 * width * height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const from = index * size + pixel * channels;
    for (let k = 0; k < 3; k++) rgba[4 * pixel + k] = data[channels < 3 ? from : from + k]!;
    rgba[4 * pixel + 3] = channels % 2 === 0 ? data[from + channels - 1]! : 255;
  }
  return { width, height, data: rgba };
}
