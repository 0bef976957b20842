import { firstFreeAddress, type signatures } from "./generated/kernels.ts";

/**
 * A model compiled: a flat list of kernel calls over one planned memory. Plain data, so that it can be sent to the
 * threads that run it.
 *
 * A step works on one batch. The batch is cut into blocks of {@link LANES} images and the blocks into at most
 * {@link SHARDS} shards; a shard sums its gradient for itself, block after block. How many threads share the work
 * decides nothing about the numbers.
 */
export interface Program {
  /** Size of the memory. */
  readonly bytes: number;
  /** Tables the kernels read, written once. */
  readonly constants: readonly { at: number; words: Int32Array }[];
  /** Run once after weights were written (inference packs its weights here). */
  readonly prologue: readonly Phase[];
  /** Run for every batch. */
  readonly step: readonly Phase[];
  /** Activations of a block: one slot per thread, or per block of the batch where a step has several block phases. */
  readonly slots: { readonly at: number; readonly bytes: number; readonly per: "thread" | "block" };
  /** Gradients of a shard, one after the other; `squares`: where the update leaves sums of their squares (f64). */
  readonly gradients: { readonly at: number; readonly bytes: number; readonly squares: readonly number[] };
  /** [batch][2] floats: an image's loss and the rank of its true class. */
  readonly results: number;
  /** Step records, {@link STEP_BYTES} each, up to {@link MAX_STEPS} for one run. */
  readonly steps: number;
  /** Where the images of a block are put before its first call, inside the slot. */
  readonly input: {
    readonly at: number;
    readonly size: number;
    readonly stride: number;
    readonly bytesPerElement: 1 | 4;
  };
  /** Where labels, shares and masks of a block are put; -1 where the program does not read them. */
  readonly labels: { readonly at: number; readonly size: number };
  readonly shares: number;
  readonly masks: number;
  /** What is taken out of the slot after a block's last call: [16][size] floats each. */
  readonly outputs: readonly { readonly at: number; readonly size: number }[];
  /** The largest batch the memory is planned for. */
  readonly batchSize: number;
  /** Whether shards follow the gradient (training), or every block is its own (inference). */
  readonly training: boolean;
}

/** Between two phases all threads wait for each other. */
export interface Phase {
  /** "blocks": every block of the batch runs all calls, in order. "calls": each call is a piece of work by itself. */
  readonly parallel: "blocks" | "calls";
  readonly calls: readonly Call[];
}

export interface Call {
  readonly kernel: KernelName;
  readonly values: readonly Argument[];
  /** Follows in the same piece of work. */
  readonly next?: Call;
  /** The layer it was written for, where there is one. */
  readonly layer?: string;
}

export type KernelName = keyof typeof signatures;

/** A number, an address, or something only known when the call runs. */
export type Argument = number | Place | Moment;

/** An address: in the memory, in the block's slot, in the shard's gradient, in the step's record, in the block's results. */
export interface Place {
  readonly space: "memory" | "slot" | "gradient" | "step" | "result";
  readonly at: number;
}

/**
 * accumulate: 0 for a shard's first block, else 1. block: its number in the batch. images: how many the block has.
 * batch: how many the batch has. shards: how many it was cut into. slotBytes, gradientBytes: from one to the next.
 */
export interface Moment {
  readonly moment: "accumulate" | "block" | "images" | "batch" | "shards" | "slotBytes" | "gradientBytes";
}

/** Images in a block (kernels/vector.ts). */
export const LANES = 16;
/** Bytes of a cell: one number for each image of a block. */
export const CELL = 4 * LANES;
/** The most shards a batch is cut into: enough for eight threads, few enough to sum quickly. */
export const SHARDS = 8;
/** Steps that one run may hold. */
export const MAX_STEPS = 256;

/** A step's record: learning rate (f32), the rate corrected for Adam's bias (f32), the dropout seed (i32). */
export const STEP_BYTES = 16;
export const STEP = {
  learningRate: { space: "step", at: 0 },
  correctedRate: { space: "step", at: 4 },
  seed: { space: "step", at: 8 },
} as const satisfies Record<string, Place>;

/**
 * Words at the start of the memory through which threads meet. The kernels leave the first KiB to them; their constants
 * follow (kernels/constants.ts).
 */
export const CONTROL = { arrived: 0, generation: 1, claimed: 2, failed: 3 } as const;
export const CONTROL_WORDS = 16;
/** The first address behind both, at the start of a cache line. */
export const FIRST_FREE = Math.ceil(firstFreeAddress / CELL) * CELL;

/** Whether a memory can be shared between threads here (Node: always; browsers: when cross-origin isolated). */
export const canShare =
  typeof SharedArrayBuffer !== "undefined" &&
  (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated !== false;
