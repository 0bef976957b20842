import { InputError } from "../../core/errors.ts";
import { attributeOf, type Hdf5Attribute } from "./attribute.ts";
import { type Hdf5Dataset, Storage } from "./dataset.ts";
import type { Hdf5Library } from "./library.ts";
import { withHdf5 } from "./open.ts";

/** A group of an HDF5 file, as a folder of files. */
export interface Hdf5Group {
  /** "/model_weights/conv2d"; "/" for the file itself. */
  readonly path: string;
  /** Its attributes by name. Those that are neither texts nor numbers are left out. */
  readonly attributes: ReadonlyMap<string, Hdf5Attribute>;
  /** The groups in it, in the order that the file keeps: by name, or as they were made. */
  readonly groups: ReadonlyMap<string, Hdf5Group>;
  /** The datasets in it, in the same order. Those that are no numbers are left out. */
  readonly datasets: ReadonlyMap<string, Hdf5Dataset>;
}

/** The most groups, datasets and attributes of a file, and the most groups in each other. */
const MAX_OBJECTS = 30_000;
const MAX_DEPTH = 64;
/** What the values of attributes may take beyond the bytes of the file. */
const MORE_VALUES = 2 ** 26;

/**
 * Everything in an HDF5 file. All sizes are compared with the file before memory is taken for them.
 *
 * @param name the file's name in errors
 * @throws InputError for a damaged file, one with links to other files, and numbers that take more than the file can hold
 */
export function readHdf5(bytes: Uint8Array, name = "HDF5 file"): Promise<Hdf5Group> {
  return withHdf5(bytes, name, (hdf5, file, largestHeap) =>
    new Reader(hdf5, file, { bytes: bytes.length, name, largestHeap }).group("/", 0),
  );
}

class Reader {
  private readonly hdf5: Hdf5Library;
  private readonly file: bigint;
  private readonly bytes: number;
  private readonly name: string;
  private readonly storage: Storage;
  private readonly largestHeap: number;
  private objects = 0;
  /** What attributes may still take: many may have one text, and one group many names. */
  private left: number;

  constructor(
    hdf5: Hdf5Library,
    file: bigint,
    { bytes, name, largestHeap }: { readonly bytes: number; readonly name: string; readonly largestHeap: number },
  ) {
    this.hdf5 = hdf5;
    this.file = file;
    this.bytes = bytes;
    this.name = name;
    this.largestHeap = largestHeap;
    this.left = bytes + MORE_VALUES;
    this.storage = new Storage(hdf5, file, bytes);
  }

  group(path: string, depth: number): Hdf5Group {
    if (depth > MAX_DEPTH) this.fail(path, `expected at most ${MAX_DEPTH} groups in each other`);
    const groups = new Map<string, Hdf5Group>();
    const datasets = new Map<string, Hdf5Dataset>();
    const { hdf5, file } = this;
    for (const link of hdf5.get_names(file, path, false)) {
      const inside = path === "/" ? `/${link}` : `${path}/${link}`;
      this.count(inside);
      if (hdf5.get_external_link(file, inside).filename !== undefined)
        this.fail(inside, "it is a link to another file, which is not followed");
      const type = hdf5.get_type(file, inside);
      if (type === hdf5.H5G_GROUP) groups.set(link, this.group(inside, depth + 1));
      else if (type === hdf5.H5G_DATASET) {
        const dataset = this.told(inside, () => this.storage.dataset(inside));
        if (dataset) datasets.set(link, dataset);
      }
    }
    return { path, attributes: this.attributes(path), groups, datasets };
  }

  private attributes(path: string): ReadonlyMap<string, Hdf5Attribute> {
    const { hdf5, file, bytes } = this;
    const attributes = new Map<string, Hdf5Attribute>();
    for (const name of hdf5.get_attribute_names(file, path) as string[]) {
      const what = `${path} attribute "${name.slice(0, 60)}"`;
      this.count(what);
      const value = this.told(what, () =>
        attributeOf(hdf5, file, { path, name, bytes, largestHeap: this.largestHeap }),
      );
      this.left -= bytesOfAttribute(value);
      if (this.left < 0)
        this.fail(what, `the values of attributes are more than ${MORE_VALUES} bytes beyond the file's`);
      if (value !== undefined) attributes.set(name, value);
    }
    return attributes;
  }

  private count(what: string): void {
    if (++this.objects > MAX_OBJECTS)
      this.fail(what, `expected at most ${MAX_OBJECTS} groups, datasets and attributes`);
  }

  /** Puts the place in front of errors about it. */
  private told<Result>(what: string, read: () => Result): Result {
    try {
      return read();
    } catch (error) {
      if (error instanceof InputError) this.fail(what, error.message);
      throw error;
    }
  }

  private fail(what: string, problem: string): never {
    throw new InputError(`${this.name}: ${what.slice(0, 200)}: ${problem}`);
  }
}

/** About how many bytes the values of an attribute take. */
function bytesOfAttribute(value: Hdf5Attribute | undefined): number {
  if (typeof value === "string") return value.length;
  if (!Array.isArray(value)) return 0;
  return value.reduce(
    (sum: number, each: string | number) => sum + (typeof each === "string" ? each.length + 16 : 8),
    0,
  );
}
