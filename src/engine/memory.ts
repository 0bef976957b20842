/** Memory for programs and data, refused in one line where the system has none. */
import { InputError } from "../core/errors.ts";
import type { WasmMemory } from "./wasm.ts";

/** A memory of at least `bytes`, which does not grow. @throws InputError where the system refuses it */
export function newMemory(bytes: number, shared: boolean): WasmMemory {
  const pages = Math.ceil(bytes / 65536);
  const memory = granted(bytes, () => new WebAssembly.Memory({ initial: pages, maximum: pages, shared }));
  return memory as WasmMemory;
}

/** Shared memory of so many bytes. @throws InputError where the system refuses it */
export function newSharedBuffer(bytes: number): SharedArrayBuffer {
  return granted(bytes, () => new SharedArrayBuffer(bytes));
}

function granted<Memory>(bytes: number, allocate: () => Memory): Memory {
  try {
    return allocate();
  } catch (cause) {
    const size = `${(bytes / 2 ** 20).toLocaleString("en-US", { maximumFractionDigits: 1 })} MiB`;
    throw new InputError(
      `expected ${size} of memory from the system, got none: use a smaller model, batchSize or number of threads, or close other programs`,
      { cause },
    );
  }
}
