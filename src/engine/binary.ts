import { enableRelaxedSimd, inflateRaw } from "#platform";
import { classify } from "./generated/kernels.ts";
import { type Call, canShare, type Program } from "./program.ts";
import type { WasmModule } from "./wasm.ts";

/**
 * reproducible: products are rounded before they are added; the same seed gives the same bits on every machine.
 * fast: fused multiply-add where the machine has it; about 1.3 times as fast. The bits may differ between machines.
 */
export type Numerics = "reproducible" | "fast";

/**
 * The binaries, each in a module of its own, so that a page loads only the one that it runs: `-classify` is enough for a page that reads digits with a network that ships with the package.
 */
const binaries = {
  reproducible: () => import("./generated/binaries/reproducible.ts"),
  fast: () => import("./generated/binaries/fast.ts"),
  "reproducible-classify": () => import("./generated/binaries/reproducible-classify.ts"),
  "fast-classify": () => import("./generated/binaries/fast-classify.ts"),
};

const modules = new Map<keyof typeof binaries, Promise<WasmModule>>();

/** A module of one function, which is `f32x4.relaxed_madd` of three constants. */
const relaxedSimd = [
  ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7b, 3, 2, 1, 0, 10, 19, 1, 17, 0],
  ...[0x41, 0, 0xfd, 0x11, 0x41, 0, 0xfd, 0x11, 0x41, 0, 0xfd, 0x11, 0xfd, 0x85, 0x02, 0x0b],
];

/** `wanted`, or "reproducible" where this JavaScript engine has no relaxed SIMD. */
export function availableNumerics(wanted: Numerics): Numerics {
  if (wanted === "fast") enableRelaxedSimd();
  return wanted === "fast" && !WebAssembly.validate(Uint8Array.from(relaxedSimd)) ? "reproducible" : wanted;
}

/** The wasm kernels that a program calls, with others or without; all of them without a program. Compiled once. */
export function kernelModule(numerics: Numerics, program?: Program): Promise<WasmModule> {
  const isEnough = program && wasmKernelsOf(program).every((name) => classify.includes(name));
  const name = isEnough ? (`${numerics}-classify` as const) : numerics;
  const known = modules.get(name);
  if (known) return known;
  const module = compiled(name);
  modules.set(name, module);
  // A binary that a page could not load is asked for again.
  module.catch(() => modules.delete(name));
  return module;
}

/** The names of the wasm kernels that a program calls. */
export function wasmKernelsOf({ prologue, step }: Program): string[] {
  const names: string[] = [];
  for (const { calls } of [...prologue, ...step]) {
    for (const first of calls)
      for (let call: Call | undefined = first; call; call = call.next) names.push(call.wasmKernel);
  }
  return names;
}

async function compiled(name: keyof typeof binaries): Promise<WasmModule> {
  const { packed } = await binaries[name]();
  const bytes = await inflateRaw(Uint8Array.from(atob(packed), (character) => character.charCodeAt(0)));
  return WebAssembly.compile(canShare ? bytes : unshared(bytes));
}

/**
 * The same binary with an import of memory that is not shared: this is one bit of the import's limits. The wasm kernels
 * use no atomic instructions, so nothing else changes.
 */
function unshared(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const name = [...new TextEncoder().encode("memory")];
  const at = bytes.findIndex((_, i) => name.every((byte, k) => bytes[i + k] === byte));
  // After the name: the kind (2: memory), then the flags of the limits (3: maximum and shared, 1: maximum).
  const flags = at + name.length + 1;
  if (at < 0 || bytes[flags - 1] !== 2 || bytes[flags] !== 3)
    throw new Error("wasm kernels: no shared memory import found");
  bytes[flags] = 1;
  return bytes;
}
