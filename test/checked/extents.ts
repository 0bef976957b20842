/** Where the buffers of a checked program are. */
import type { Program } from "../../src/engine/program.ts";

/** A buffer: its address in the memory, the slot or the gradient of a shard, and the bytes that were asked for. */
export interface Extent {
  readonly at: number;
  readonly bytes: number;
  /** The bytes behind it that kernels may read if {@link readsBehind} names them. */
  readonly room?: number;
  /** Whether it is a table that no wasm kernel may write. */
  readonly isConstant?: boolean;
}

export interface CheckedProgram extends Program {
  /** By the space of an address, in order. */
  readonly extents: Readonly<Record<"memory" | "slot" | "scratch" | "gradient", Extent[]>>;
  /** The address of a table for each thread: the buffers that its call may touch (tools/checked-kernels.js). */
  readonly table: number;
}

/** Bytes of a thread's table: enough for the parameters of any wasm kernel. */
export const TABLE_BYTES = 1024;

/** The buffer that an address is in, of those in order. */
export function extentAt(extents: readonly Extent[], at: number): Extent | undefined {
  let [low, high] = [0, extents.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (extents[middle]!.at <= at) low = middle + 1;
    else high = middle;
  }
  const found = extents[low - 1];
  return found && at - found.at <= found.bytes ? found : undefined;
}
