import type { Numbers } from "../../core/tensor.ts";
import type { ImageList } from "./image-list.ts";

/**
 * Groups of images that are equal in every value: a hash finds candidates, and each is compared.
 *
 * @returns of each image, the first image that is equal to it: itself, or an earlier one
 */
export function firstCopies({ count, pixels }: ImageList): Uint32Array {
  const firsts = Uint32Array.from({ length: count }, (_, i) => i);
  /** Hash -> the last different image with it; `before` continues the list. */
  const last = new Map<number, number>();
  const before = new Int32Array(count).fill(-1);
  for (let i = 0; i < count; i++) {
    const own = pixels(i);
    const bytes = new Uint8Array(own.buffer, own.byteOffset, own.byteLength);
    const hash = hashOf(bytes);
    const newest = last.get(hash) ?? -1;
    let other = newest;
    while (other >= 0 && !areEqual(bytes, pixels(other))) other = before[other]!;
    if (other >= 0) firsts[i] = other;
    else {
      before[i] = newest;
      last.set(hash, i);
    }
  }
  return firsts;
}

/** FNV-1a. */
function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return hash;
}

function areEqual(bytes: Uint8Array, values: Numbers): boolean {
  const others = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== others[i]) return false;
  return true;
}
