import { MemoryPlan } from "./memory-plan.ts";
import { type Arguments, bufferOf, type PendingCall, pendingCall } from "./pending-call.ts";
import type { Phase, WasmKernelName } from "./program.ts";

/** Collects the calls of a step in phases, and notes from which call to which a buffer is in use. */
export class CallPlan extends MemoryPlan {
  /** The layer that the next calls compute. */
  layer?: string;
  protected readonly phases: { parallel: Phase["parallel"]; calls: PendingCall[] }[] = [
    { parallel: "blocks", calls: [] },
  ];
  private calls = 0;

  /** Calls a wasm kernel for every block. */
  call<K extends WasmKernelName>(wasmKernel: K, values: Arguments<K>): void {
    this.append({ ...pendingCall(wasmKernel, values), layer: this.layer });
  }

  /** Calls a wasm kernel once, after all earlier calls of all blocks. Slot addresses are in the slot of block 0. */
  join<K extends WasmKernelName>(wasmKernel: K, values: Arguments<K>): void {
    this.phases.push({ parallel: "calls", calls: [] });
    this.append(pendingCall(wasmKernel, values));
    this.phases.push({ parallel: "blocks", calls: [] });
  }

  /** After all earlier calls: pieces of work for the threads, each a chain of calls. */
  pieces(chains: readonly (readonly PendingCall[])[]): void {
    const chained = (calls: readonly PendingCall[]): PendingCall => {
      const [first, ...rest] = calls as [PendingCall, ...PendingCall[]];
      return rest.length > 0 ? { ...first, next: chained(rest) } : first;
    };
    this.phases.push({ parallel: "calls", calls: chains.map(chained) });
  }

  protected append(call: PendingCall): void {
    this.phases[this.phases.length - 1]!.calls.push(call);
    const now = this.calls++;
    for (const value of call.values) {
      const buffer = bufferOf(value);
      if (!buffer) continue;
      buffer.first = Math.min(buffer.first, now);
      buffer.last = now;
      const phase = this.phases.length - 1;
      buffer.phase = buffer.phase === undefined || buffer.phase === phase ? phase : "several";
    }
  }
}
