/** Calls of wasm kernels while a program is written: their buffers have no addresses yet. */
import { type RecordParameters, signatures } from "./generated/kernels.ts";
import type { Lifetime } from "./lifetimes.ts";
import type { Argument, Call, Phase, Place, WasmKernelName } from "./program.ts";
import type { RecordPlace } from "./records.ts";

/** A part of a block's slot, or of a thread's scratch; its address is known when the program is finished. */
export interface Buffer extends Lifetime {
  /** "scratch" where one phase alone uses it: see {@link Program.scratch}. */
  space: "slot" | "scratch";
  /** The phase that uses it; "several", also where the runner reads or writes it. */
  phase: number | "several" | undefined;
}

/** A buffer from its byte `offset` on. */
export interface Part {
  readonly buffer: Buffer;
  readonly offset: number;
}

/** An argument of a call while the program is written. */
export type PendingArgument = Argument | Buffer | Part;

/** The arguments of a wasm kernel by the names of its parameters; a record must have the parameter's type. */
export type Arguments<K extends WasmKernelName> = {
  readonly [P in (typeof signatures)[K][number]]: P extends keyof RecordParameters[K]
    ? RecordPlace<RecordParameters[K][P] & string>
    : PendingArgument;
};

/** See {@link Call}. */
export interface PendingCall {
  readonly wasmKernel: WasmKernelName;
  readonly values: readonly PendingArgument[];
  readonly next?: PendingCall;
  readonly layer?: string;
  readonly when?: Place;
}

/** A call of a wasm kernel, given its arguments by name. */
export function pendingCall<K extends WasmKernelName>(wasmKernel: K, values: Arguments<K>): PendingCall {
  const byName = values as Record<string, PendingArgument>;
  return { wasmKernel, values: signatures[wasmKernel].map((name) => byName[name]!) };
}

/** The calls with the addresses of their buffers. */
export function finishedPhase(parallel: Phase["parallel"], calls: readonly PendingCall[]): Phase {
  return { parallel, calls: calls.map(finishedCall) };
}

function finishedCall({ wasmKernel, values, next, layer, when }: PendingCall): Call {
  const finished = values.map((value): Argument => {
    const buffer = bufferOf(value);
    if (!buffer) return value as Argument;
    return { space: buffer.space, at: buffer.at + (value === buffer ? 0 : (value as Part).offset) };
  });
  return {
    wasmKernel,
    values: finished,
    ...(next && { next: finishedCall(next) }),
    ...(layer && { layer }),
    ...(when && { when }),
  };
}

/** The buffer of an argument; undefined for a number or a known place. */
export function bufferOf(value: PendingArgument): Buffer | undefined {
  if (typeof value === "number") return undefined;
  if ("buffer" in value) return value.buffer;
  return "first" in value ? value : undefined;
}

/** The place some bytes after another. */
export function moved(place: Place, bytes: number): Place {
  return { space: place.space, at: place.at + bytes };
}
