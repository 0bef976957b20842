import type { Module as AnyModule } from "h5wasm";

/** The functions of h5wasm, which is HDF5's own C library. */
export type Hdf5Library = typeof AnyModule;

const PAGE = 65_536;
let memory: WebAssembly.Memory | undefined;
let loading: Promise<Hdf5Library> | undefined;

/** The most bytes that the library's memory may have from now on; it never becomes smaller. */
let most = Number.POSITIVE_INFINITY;

export function limitMemory(bytes: number): void {
  most = bytes;
}

/** The library, which is loaded on the first call (4 MB). */
export function hdf5Library(): Promise<Hdf5Library> {
  loading ??= loaded();
  return loading;
}

/**
 * For some damaged files the C library asks for gigabytes. It does without what it does not get; but h5wasm gives its
 * memory to nobody who could limit it, so that it is taken where it is made.
 */
async function loaded(): Promise<Hdf5Library> {
  const { instantiate } = WebAssembly;
  const made: WebAssembly.Memory[] = [];
  const seen = async (...args: Parameters<typeof instantiate>) => {
    const result = (await instantiate(...args)) as WebAssembly.Instance | WebAssembly.WebAssemblyInstantiatedSource;
    const { exports } = "instance" in result ? result.instance : result;
    if (exports.memory instanceof WebAssembly.Memory) made.push(exports.memory);
    return result;
  };
  WebAssembly.instantiate = seen as typeof instantiate;
  try {
    const library = await (await import("h5wasm")).ready;
    memory = made.find(({ buffer }) => buffer === library.HEAPU8.buffer);
    if (memory) memory.grow = grow;
    return library;
  } finally {
    WebAssembly.instantiate = instantiate;
  }
}

function grow(this: WebAssembly.Memory, pages: number): number {
  if (this.buffer.byteLength + pages * PAGE > most) throw new RangeError("the HDF5 library may not take more memory");
  return WebAssembly.Memory.prototype.grow.call(this, pages);
}
