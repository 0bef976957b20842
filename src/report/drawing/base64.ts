import { InputError, shown } from "../../core/errors.ts";

const PIECE = 4096;

/** Encodes bytes in base64, in Node and in browsers. */
export function base64(bytes: ArrayLike<number>): string {
  let text = "";
  const all = Uint8Array.from(bytes);
  // In pieces: a call takes a limited number of arguments.
  for (let i = 0; i < all.length; i += PIECE) text += String.fromCharCode(...all.subarray(i, i + PIECE));
  return btoa(text);
}

/** Decodes base64. @throws InputError for another text */
export function fromBase64(text: string): Uint8Array {
  try {
    const binary = atob(text);
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
    return bytes;
  } catch (cause) {
    throw new InputError(`pixels: expected bytes in base64, got ${shown(text)}`, { cause });
  }
}

/** Number of bytes that a base64 text encodes. */
export function bytesIn(text: string): number {
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  return (text.length / 4) * 3 - padding;
}
