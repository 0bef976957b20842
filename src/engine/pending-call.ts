/** Kernel calls while a program is written: their buffers have no addresses yet. */
import { signatures } from "./generated/kernels.ts";
import type { Lifetime } from "./lifetimes.ts";
import type { Argument, Call, Phase, Place, WasmKernelName } from "./program.ts";

/** A part of a block's slot; its address is found when the program is finished. */
export type Buffer = Lifetime;

/** A buffer from its byte `offset` on. */
export interface Part {
  readonly buffer: Buffer;
  readonly offset: number;
}

/** What a call may be given while the program is written. */
export type PendingArgument = Argument | Buffer | Part;

/** The arguments of a kernel by the names of its parameters. */
export type Arguments<K extends WasmKernelName> = { readonly [P in (typeof signatures)[K][number]]: PendingArgument };

/** A call; `next` follows it in the same piece of work. */
export interface PendingCall {
  readonly kernel: WasmKernelName;
  readonly values: readonly PendingArgument[];
  readonly next?: PendingCall;
  readonly layer?: string;
}

/** A call with its arguments by name. */
export function pendingCall<K extends WasmKernelName>(kernel: K, values: Arguments<K>): PendingCall {
  const byName = values as Record<string, PendingArgument>;
  return { kernel, values: signatures[kernel].map((name) => byName[name]!) };
}

/** The calls with their buffers' addresses, once these are known. */
export function finishedPhase(parallel: Phase["parallel"], calls: readonly PendingCall[]): Phase {
  return { parallel, calls: calls.map(finishedCall) };
}

function finishedCall({ kernel, values, next, layer }: PendingCall): Call {
  const finished = values.map((value): Argument => {
    const buffer = bufferOf(value);
    if (!buffer) return value as Argument;
    return { space: "slot", at: buffer.at + (value === buffer ? 0 : (value as Part).offset) };
  });
  return { kernel, values: finished, ...(next && { next: finishedCall(next) }), ...(layer && { layer }) };
}

/** The buffer an argument lies in; undefined for a number or a known place. */
export function bufferOf(value: PendingArgument): Buffer | undefined {
  if (typeof value === "number") return undefined;
  if ("buffer" in value) return value.buffer;
  return "first" in value ? value : undefined;
}

/** A place some bytes further on. */
export function moved(place: Place, bytes: number): Place {
  return { space: place.space, at: place.at + bytes };
}
