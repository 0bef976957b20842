import { InputError } from "../../core/errors.ts";
import { type Shape, sizeOf } from "../../core/tensor.ts";
import type { Hdf5Library } from "./library.ts";
import { inMemory } from "./memory.ts";
import { floatsOf, type Hdf5NumberType, numberType } from "./numbers.ts";

/** Numbers with a shape. */
export interface Hdf5Dataset {
  readonly path: string;
  /** [] for a single number. */
  readonly shape: Shape;
  /** Their type in the file. */
  readonly type: Hdf5NumberType;
  /** In row-major order. */
  readonly data: Float32Array;
}

/** HDF5's own filters that need no plugin. */
const filters = new Map([
  [1, "deflate"],
  [2, "shuffle"],
  [3, "fletcher32"],
]);

/** What compressed datasets may take together: so many bytes for each of the file, since weights hardly compress, and more. */
const BYTES_PER_BYTE = 32;
const MORE_BYTES = 2 ** 24;
/** The largest dataset, in bytes. */
const MAX_SIZE = 2 ** 30;

/** Reads the datasets of one file: together they cannot have more numbers than the file can hold. */
export class Storage {
  private readonly hdf5: Hdf5Library;
  private readonly file: bigint;
  /** Bytes that datasets may still take: as they are, and compressed. */
  private plain: number;
  private packed: number;

  constructor(hdf5: Hdf5Library, file: bigint, bytes: number) {
    this.hdf5 = hdf5;
    this.file = file;
    this.plain = bytes;
    this.packed = bytes * BYTES_PER_BYTE + MORE_BYTES;
  }

  /** A dataset; undefined where it has no numbers. @throws InputError */
  dataset(path: string): Hdf5Dataset | undefined {
    const { hdf5, file } = this;
    const metadata = hdf5.get_dataset_metadata(file, path);
    const { shape, size, chunks } = metadata;
    const type = numberType(metadata);
    if (!shape || type === undefined) return undefined;
    if (metadata.virtual_sources) throw new InputError("it is a view of other datasets, which is not followed");
    const used = hdf5.get_dataset_filters(file, path);
    const unknown = used.find(({ id }) => !filters.has(id));
    if (unknown) {
      const names = [...filters.values()].join(", ");
      throw new InputError(`expected the filters ${names}, got number ${unknown.id}: save it without compression`);
    }
    const count = sizeOf(shape);
    const bytes = count * size;
    if (used.length > 0) this.packed -= bytes;
    else this.plain -= bytes;
    const isThere = Number.isSafeInteger(count) && this.plain >= 0 && this.packed >= 0;
    if (!isThere) throw new InputError(`its shape [${shape.slice(0, 8).join(", ")}] needs more than the file holds`);
    const chunk = chunks ? sizeOf(chunks) * size : 0;
    if (bytes > MAX_SIZE || chunk > MAX_SIZE)
      throw new InputError(`expected at most ${MAX_SIZE} bytes, got ${Math.max(bytes, chunk)}`);
    if (count === 0) return { path, shape, type, data: new Float32Array(0) };
    const data = inMemory(
      hdf5,
      bytes,
      (pointer) => hdf5.get_dataset_data(file, path, null, null, null, pointer),
      (content) => floatsOf(type, content.buffer),
    );
    return { path, shape, type, data };
  }
}
