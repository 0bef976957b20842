import type { Group } from "h5wasm";
import type { Shape } from "../../core/tensor.ts";
import { hdf5Library, limitMemory } from "./library.ts";

/** What a group of an HDF5 file has, by name; names have no "/". */
export interface Hdf5Group {
  /** Texts. */
  readonly attributes?: Readonly<Record<string, string>>;
  readonly datasets?: Readonly<Record<string, Hdf5Dataset>>;
  readonly groups?: Readonly<Record<string, Hdf5Group>>;
}

/** Numbers of an HDF5 file, in row-major order. */
export interface Hdf5Dataset {
  readonly shape: Shape;
  readonly data: Float32Array | BigInt64Array;
}

let written = 0;

/** The bytes of an HDF5 file. */
export async function writeHdf5(root: Hdf5Group): Promise<Uint8Array> {
  // Files of the library's own memory.
  const { FS } = await hdf5Library();
  limitMemory(Number.POSITIVE_INFINITY);
  const { File } = await import("h5wasm");
  const path = `/lenet5-written-${written++}.h5`;
  const file = new File(path, "w");
  try {
    try {
      writeGroup(file, root);
    } finally {
      file.close();
    }
    return FS.readFile(path);
  } finally {
    if (FS.analyzePath(path).exists) FS.unlink(path);
  }
}

function writeGroup(group: Group, { attributes = {}, datasets = {}, groups = {} }: Hdf5Group): void {
  for (const [name, text] of Object.entries(attributes)) group.create_attribute(name, text);
  for (const [name, { shape, data }] of Object.entries(datasets)) {
    const dtype = data instanceof Float32Array ? "<f" : "<q";
    group.create_dataset({ name, data, shape: [...shape], dtype });
  }
  for (const [name, inner] of Object.entries(groups)) writeGroup(group.create_group(name), inner);
}
