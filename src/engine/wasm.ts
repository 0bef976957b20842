/**
 * WebAssembly's types by their structure. Their names are in TypeScript's DOM library, which the declarations of the
 * package must not need: whoever uses it may have a project for neither browsers nor Node.
 */

/** A compiled binary: a `WebAssembly.Module`, which has no properties. */
export type WasmModule = object;

/** A `WebAssembly.Memory`. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
