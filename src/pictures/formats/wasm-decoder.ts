/** Decoders in C, compiled to wasm. tools/build.js puts each into a module, as text. */
import { inflateRaw } from "#platform";
import { InputError } from "../../core/errors.ts";
import { Damage } from "./decoder.ts";

/** Functions of C: numbers, and addresses in `memory`. */
export interface WasmDecoder {
  readonly memory: WebAssembly.Memory;
  malloc(bytes: number): number;
  free(address: number): void;
}

const refused = (name: string) => () => {
  throw new Error(`${name} is not there`);
};

/** What the decoders import: the C library's access to files, which is never used, and its way out of an error. */
const imports = {
  env: { setjmp: () => 0, longjmp: refused("longjmp") },
  wasi_snapshot_preview1: {
    environ_sizes_get: () => 0,
    environ_get: refused("environ_get"),
    proc_exit: refused("proc_exit"),
    fd_close: refused("fd_close"),
    fd_seek: refused("fd_seek"),
    fd_write: refused("fd_write"),
  },
};

/** Enough for the decoding of pictures of about 200 x 200 pixels. */
const HEAP_BYTES = 2 ** 20;

interface Instance {
  readonly decoder: WasmDecoder;
  /** The memory before the first picture. */
  readonly initial: Uint8Array;
}

type Load = () => Promise<{ packed: string }>;
const modules = new Map<Load, Promise<WebAssembly.Module>>();
const idle = new Map<Load, Instance>();

/**
 * Runs a decoder on a file. Its memory is as new for each picture, so that a hostile file cannot change what is read
 * from the next one. An instance is used again only if its memory has not grown and nothing failed: the engine reserves
 * gigabytes of addresses for each, and a thousand small pictures would take 2 ms each instead of 0.4.
 *
 * @param load the module with the wasm binary; compiled once
 * @throws Damage if the decoder fails, whatever it was that it stumbled over
 */
export async function withDecoder<Decoder extends WasmDecoder, Result>(
  load: Load,
  file: Uint8Array,
  decode: (decoder: Decoder, address: number) => Result,
): Promise<Result> {
  const { decoder, initial } = idle.get(load) ?? (await newInstance(load));
  idle.delete(load);
  try {
    const address = allocated(decoder, file.length);
    new Uint8Array(decoder.memory.buffer).set(file, address);
    const result = decode(decoder as Decoder, address);
    if (decoder.memory.buffer.byteLength === initial.length) {
      new Uint8Array(decoder.memory.buffer).set(initial);
      idle.set(load, { decoder, initial });
    }
    return result;
  } catch (error) {
    if (error instanceof InputError || error instanceof Damage) throw error;
    throw new Damage("the decoder cannot make sense of it", { cause: error });
  }
}

async function newInstance(load: Load): Promise<Instance> {
  const module = modules.get(load) ?? compiled(load);
  modules.set(load, module);
  const { exports } = await WebAssembly.instantiate(await module, imports);
  const decoder = exports as unknown as WasmDecoder;
  decoder.free(allocated(decoder, HEAP_BYTES));
  return { decoder, initial: new Uint8Array(decoder.memory.buffer).slice() };
}

/** @throws InputError if there is no memory left */
export function allocated(decoder: WasmDecoder, bytes: number): number {
  const address = decoder.malloc(bytes);
  if (address === 0) throw new InputError("the picture needs more memory than there is; shrink it");
  return address;
}

async function compiled(load: Load): Promise<WebAssembly.Module> {
  const { packed } = await load();
  return WebAssembly.compile(await inflateRaw(Uint8Array.from(atob(packed), (character) => character.charCodeAt(0))));
}
