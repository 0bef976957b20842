import { InputError } from "../../core/errors.ts";

/** Bytes of a heap's header, and of the header of each object in it. */
const HEADER = 16;
const SIGNATURE = [0x47, 0x43, 0x4f, 0x4c]; // GCOL

/**
 * Looks through the global heaps of an HDF5 file, where texts of variable length are (HDF5 File Format Specification,
 * III.E). The C library never ends with a heap in which a free space has no size: it goes on from where it is.
 *
 * @returns the size of the largest heap, in bytes: no text is longer
 * @throws InputError for such a heap
 */
export function checkHeaps(bytes: Uint8Array, name: string): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let largest = 0;
  for (let at = bytes.indexOf(0x47); at >= 0; at = bytes.indexOf(0x47, at + 1)) {
    const isHeap = SIGNATURE.every((byte, i) => bytes[at + i] === byte) && bytes[at + 4] === 1;
    if (!isHeap || at + HEADER > bytes.length) continue;
    const size = Math.min(Number(view.getBigUint64(at + 8, true)), bytes.length - at);
    largest = Math.max(largest, size);
    for (let from = at + HEADER; from + HEADER <= at + size; ) {
      const index = view.getUint16(from, true);
      const stored = view.getBigUint64(from + 8, true);
      // As the library counts, which is compiled for 32 bits.
      const step = Number(BigInt.asUintN(32, index === 0 ? stored : BigInt(HEADER) + ((stored + 7n) & ~7n)));
      if (step === 0) throw new InputError(`${name}: a heap of the HDF5 file has an object of no size: it is damaged`);
      from += step;
    }
  }
  return largest;
}
