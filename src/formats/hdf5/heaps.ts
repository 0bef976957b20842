import { InputError } from "../../core/errors.ts";

/** Bytes of a heap's header, and of the header of each object in it. */
const HEADER = 16;
const SIGNATURE = 0x47434f4c; // GCOL

/**
 * Looks through the global heaps of an HDF5 file, where texts of variable length are (HDF5 File Format Specification,
 * III.E). The C library never ends with a heap in which a free space has no size: it goes on from where it is. Any bytes
 * may look like a heap, so that heaps may overlap; a file in which all together have more objects than fit twice into it
 * is refused, or the search would take the square of its size.
 *
 * @returns the size of the largest heap, in bytes: no text is longer
 * @throws InputError for such a heap, and for so many objects
 */
export function checkHeaps(bytes: Uint8Array, name: string): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let largest = 0;
  let steps = (2 * bytes.length) / HEADER;
  for (let at = bytes.indexOf(0x47); at >= 0 && at + HEADER <= bytes.length; at = bytes.indexOf(0x47, at + 1)) {
    if (view.getUint32(at) !== SIGNATURE || bytes[at + 4] !== 1) continue;
    const size = Math.min(Number(view.getBigUint64(at + 8, true)), bytes.length - at);
    largest = Math.max(largest, size);
    for (let from = at + HEADER; from + HEADER <= at + size; ) {
      const isFree = view.getUint16(from, true) === 0;
      // As the library counts, which is compiled for 32 bits.
      const stored = view.getUint32(from + 8, true);
      const step = isFree ? stored : (HEADER + ((stored + 7) & ~7)) >>> 0;
      if (step === 0) throw new InputError(`${name}: a heap of the HDF5 file has an object of no size: it is damaged`);
      if (--steps < 0) throw new InputError(`${name}: heaps of the HDF5 file lie in each other: it is damaged`);
      from += step;
    }
  }
  return largest;
}
