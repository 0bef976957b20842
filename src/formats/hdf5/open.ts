import { InputError } from "../../core/errors.ts";
import { checkHeaps } from "./heaps.ts";
import { type Hdf5Library, hdf5Library, limitMemory } from "./library.ts";

/** What the library's memory may have: 256 MiB, and 34 bytes for each byte of the file. */
const MEMORY = 2 ** 28;
const BYTES_PER_BYTE = 34;

let opened = 0;

/**
 * Calls `use` with an open file in the memory file system of the HDF5 library, and closes it. The library (4 MB) is loaded
 * on the first call.
 *
 * @param name the file's name in errors
 * @param use gets the bytes of the largest heap too: no text of variable length is longer
 * @throws InputError for a file that the library cannot read
 */
export async function withHdf5<Result>(
  bytes: Uint8Array,
  name: string,
  use: (library: Hdf5Library, file: bigint, largestHeap: number) => Result,
): Promise<Result> {
  const largestHeap = checkHeaps(bytes, name);
  const library = await hdf5Library();
  limitMemory(MEMORY + BYTES_PER_BYTE * bytes.length);
  silence(library);
  const path = `/lenet5-${opened++}.h5`;
  let file = -1n;
  try {
    library.FS.writeFile(path, bytes);
    file = library.open(path, library.H5F_ACC_RDONLY, false, -1, -1);
    if (file < 0n) throw new InputError(`${name}: expected an HDF5 file, got another kind of file or a damaged one`);
    return use(library, file, largestHeap);
  } catch (error) {
    if (error instanceof InputError) throw error;
    const reason = String(error instanceof Error ? error.message : error).split("\n")[0];
    throw new InputError(`${name}: the HDF5 file cannot be read (${reason}): is it damaged?`, { cause: error });
  } finally {
    if (file >= 0n) library.close_file(file);
    library.FS.unlink(path);
  }
}

/** What h5wasm's types leave out of the library's file system. */
interface Streams {
  getStream(number: number): {
    stream_ops: { write(stream: unknown, bytes: unknown, at: number, length: number): number };
  };
}

/** The library prints every error, even one that it handles, to a stream that leads to the console. */
function silence(library: Hdf5Library): void {
  const errors = (library.FS as unknown as Streams).getStream(2);
  errors.stream_ops = { ...errors.stream_ops, write: (_stream, _bytes, _at, length) => length };
}
