import { enableRelaxedSimd } from "#platform";
import { binaries } from "./generated/kernels.ts";
import { canShare } from "./program.ts";

/**
 * reproducible: products are rounded before they are added; the same seed gives the same bits on every machine.
 * fast: fused multiply-add where the machine has it; about 1.3 times as fast. The bits may differ between machines.
 */
export type Numerics = "reproducible" | "fast";

const modules = new Map<Numerics, Promise<WebAssembly.Module>>();

/** `wanted`, or "reproducible" where this JavaScript engine has no relaxed SIMD. */
export function availableNumerics(wanted: Numerics): Numerics {
  if (wanted === "fast") enableRelaxedSimd();
  return wanted === "fast" && !WebAssembly.validate(bytesOf("fast")) ? "reproducible" : wanted;
}

/** The wasm kernels, compiled once. */
export function kernelModule(numerics: Numerics): Promise<WebAssembly.Module> {
  const known = modules.get(numerics);
  if (known) return known;
  const module = WebAssembly.compile(bytesOf(numerics));
  modules.set(numerics, module);
  return module;
}

function bytesOf(numerics: Numerics): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from(atob(binaries[numerics]), (character) => character.charCodeAt(0));
  return canShare ? bytes : unshared(bytes);
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
