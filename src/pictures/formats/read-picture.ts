import type { Picture } from "../picture.ts";
import { readPng } from "./png.ts";

/**
 * Decodes a picture file.
 *
 * @param name the file's name in errors
 * @throws InputError for a format that is not read, and for a damaged file
 */
export async function readPicture(bytes: Uint8Array, name = "image"): Promise<Picture> {
  return readPng(bytes, name);
}
