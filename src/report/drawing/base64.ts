import { InputError, shown } from "../../core/errors.ts";

/** Encodes bytes in base64, in Node and in browsers. */
export function base64(bytes: ArrayLike<number>): string {
  let text = "";
  for (let i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i]);
  return btoa(text);
}

/** Decodes base64. @throws InputError for another text */
export function fromBase64(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch (cause) {
    throw new InputError(`pixels: expected bytes in base64, got ${shown(text)}`, { cause });
  }
}

/** Number of bytes that a base64 text encodes. */
export function bytesIn(text: string): number {
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  return (text.length / 4) * 3 - padding;
}
