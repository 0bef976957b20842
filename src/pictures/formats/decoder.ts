import { InputError } from "../../core/errors.ts";
import type { Picture } from "../picture.ts";

/**
 * Decodes a file of one format, whose signature was found. Of an animation, it reads the first picture. Colour profiles
 * are ignored.
 *
 * @param longest the longer side may be shrunk, to not less than this, where that makes decoding cheaper
 * @throws Damage for a file that is cut or wrong
 * @throws InputError, without the file's name, for a correct file that is not read
 */
export type Decoder = (bytes: Uint8Array, longest: number) => Decoded | Promise<Decoded>;

export interface Decoded extends Picture {
  /** EXIF's orientation, 1 to 8: how the picture must be turned. Default 1, upright. */
  readonly orientation?: number;
}

/** What is wrong with a cut or damaged file, in a few words. */
export class Damage extends Error {}

/** A photo of 64 megapixels; larger pictures are refused before memory is allocated for them. */
export const MAX_PIXELS = 2 ** 26;

/** Of a format that is decoded as a whole, which takes more memory than the pixels. */
export const MAX_PIXELS_AT_ONCE = 2 ** 25;

/** @throws InputError for no pixels or too many */
export function checkSize(width: number, height: number, most = MAX_PIXELS): void {
  if (width >= 1 && height >= 1 && width * height <= most) return;
  throw new InputError(
    `expected 1 to ${most} pixels, got ${width}x${height}; ${width * height === 0 ? "it is empty" : "shrink the picture"}`,
  );
}

/** The view of a whole file for reading its numbers. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Whether a file has a text, in ASCII, at a place. */
export function hasText(bytes: Uint8Array, at: number, text: string): boolean {
  return [...text].every((character, i) => bytes[at + i] === character.charCodeAt(0));
}

/** Parts of a file, one after the other; of one part, the part itself. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0];
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
