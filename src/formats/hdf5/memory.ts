import { InputError } from "../../core/errors.ts";
import type { Hdf5Library } from "./library.ts";

/**
 * Calls `fill` with some of the library's memory, which is zeros, and `use` with what it holds then.
 * @throws InputError where `fill` reports failure
 */
export function inMemory<Result>(
  library: Hdf5Library,
  bytes: number,
  fill: (pointer: bigint) => number,
  use: (content: Uint8Array<ArrayBuffer>, pointer: bigint) => Result,
): Result {
  const at = library._malloc(Math.max(bytes, 1));
  if (at === 0) throw new InputError(`there is no memory for its ${bytes} bytes`);
  try {
    library.HEAPU8.fill(0, at, at + bytes);
    if (fill(BigInt(at)) < 0) throw new InputError("it cannot be read: is the file damaged?");
    return use(library.HEAPU8.slice(at, at + bytes) as Uint8Array<ArrayBuffer>, BigInt(at));
  } finally {
    library._free(at);
  }
}
