import { firstFreeAddress, floatRecords, type signatures } from "./generated/kernels.ts";

/**
 * A compiled model: a flat list of wasm kernel calls over one planned memory. It is plain data, so that it can be sent
 * to the threads that run it.
 *
 * A step works on one batch. The batch is cut into blocks of {@link LANES} images and the blocks into at most
 * {@link shardsOf} shards; each shard has its own gradient, summed block after block, except those that are computed for
 * the whole batch. The number of threads does not change the results.
 */
export interface Program {
  /** Size of the memory. */
  readonly bytes: number;
  /** Tables the kernels read, written once. */
  readonly constants: readonly { at: number; words: Int32Array }[];
  /** Run once after weights were written: inference packs its weights here. */
  readonly prologue: readonly Phase[];
  /** Run for every batch. */
  readonly step: readonly Phase[];
  /** Activations of a block: one slot per thread, or per block of the batch where several phases of a step read them. */
  readonly slots: { readonly at: number; readonly bytes: number; readonly per: "thread" | "block" };
  /** For each thread, what lives within one phase where slots are per block; else 0 bytes. */
  readonly scratch: { readonly at: number; readonly bytes: number };
  /** Gradients of the shards, one after the other; `squares`: the addresses of sums of their squares (f64). */
  readonly gradients: { readonly at: number; readonly bytes: number; readonly squares: readonly number[] };
  /**
   * What regularizers add to the loss: the addresses of sums over weights (f64), and of a float for each image of the
   * batch, or -1.
   */
  readonly penalties: { readonly weights: readonly number[]; readonly activities: number };
  /**
   * The address of a {@link RESULT} for each image of the batch: [block][target][16 images]. 0 at first: a target without a
   * loss keeps that.
   */
  readonly results: number;
  /** Step records, {@link STEP_BYTES} each, up to {@link MAX_STEPS} for one run. */
  readonly steps: number;
  /** The images that the slot has room for in an input and an output: {@link LANES}, or 1 for one image by itself. */
  readonly lanes: number;
  readonly inputs: readonly ProgramInput[];
  readonly targets: readonly ProgramTarget[];
  /** The address in the slot of a block's masks; -1 where the program does not read them. */
  readonly masks: number;
  /** Arrays that are copied out of the slot after a block's last call: [lanes][size] floats each. */
  readonly outputs: readonly { readonly at: number; readonly size: number }[];
  /** The largest batch that the memory is planned for. */
  readonly batchSize: number;
  /** Whether blocks are grouped in shards that sum a gradient (training), or each block is a shard (inference). */
  readonly training: boolean;
}

/**
 * An input of the model: the block's images, which are copied into the slot before its first call, `stride` bytes for
 * each lane from `at` on.
 */
export interface ProgramInput {
  readonly at: number;
  readonly size: number;
  readonly stride: number;
  readonly bytesPerElement: 1 | 4;
}

/** What an output of the model is compared with, which is copied into the slot before the block's first call. */
export interface ProgramTarget {
  /** The address of 16 class numbers, or where `size` is above 0 of [16][size] floats. */
  readonly labels: number;
  readonly size: number;
  /** The address of 16 floats: `lossWeight` times an image's sample weight / images in the batch. */
  readonly sampleWeights: number;
  readonly lossWeight: number;
}

/** Calls between two barriers, where all threads wait for each other. */
export interface Phase {
  /** "blocks": every block of the batch runs all calls, in order. "calls": each call is a piece of work by itself. */
  readonly parallel: "blocks" | "calls";
  readonly calls: readonly Call[];
}

export interface Call {
  readonly wasmKernel: WasmKernelName;
  readonly values: readonly Argument[];
  /** The call that the same thread runs next, as part of the same piece of work. */
  readonly next?: Call;
  /** The layer that the call computes; absent for calls that belong to no layer. */
  readonly layer?: string;
  /** The call runs only where this word is not 0; `next` always runs. */
  readonly when?: Place;
}

/** A routine of kernels/, by its exported name. */
export type WasmKernelName = keyof typeof signatures;

/** A number, an address, or a number that is only known when the call runs. */
export type Argument = number | Place | RuntimeArgument;

/**
 * An address: in the memory, in the block's slot, in the thread's scratch, in the shard's gradient, in the step's
 * record, in the block's results.
 */
export interface Place {
  readonly space: "memory" | "slot" | "scratch" | "gradient" | "step" | "result";
  readonly at: number;
}

/**
 * accumulate: 0 for a shard's first block, else 1. block: its number in the batch. images: the images in the block.
 * batch: the images in the batch. shards: the shards of the batch. slotBytes, gradientBytes: bytes from one to the
 * next. scale: what the numbers of an input are multiplied by; it belongs to the data, so that a program runs with any.
 */
export type RuntimeArgument =
  | { readonly runtime: "accumulate" | "block" | "images" | "batch" | "shards" | "slotBytes" | "gradientBytes" }
  | { readonly runtime: "scale"; readonly input: number };

/** Images in a block (kernels/vector.ts). */
export const LANES = 16;
/** Bytes of a group: one float32 for each image of a block. */
export const GROUP_BYTES = 4 * LANES;
/** The most threads that share a batch. */
export const MAX_THREADS = 32;
/** The most shards of a batch of up to {@link FEW_BLOCKS} blocks, and of any batch of a large model. */
const FEW_SHARDS = 8;
/** 256 images. */
const FEW_BLOCKS = 16;
/** Bytes of gradients up to which a batch has more shards: summing more would take long. */
const MUCH_GRADIENT = 32e6;

/**
 * The number of shards of a batch: enough for as many threads, few enough to sum quickly. It depends on the model and
 * the images in the batch alone, not on threads, so that the bits do not either.
 */
export function shardsOf(
  { training, gradients }: { readonly training: boolean; readonly gradients: { readonly bytes: number } },
  images: number,
): number {
  const blocks = Math.max(1, Math.ceil(images / LANES));
  if (!training) return blocks;
  const fitting = Math.floor(MUCH_GRADIENT / Math.max(1, gradients.bytes));
  const most = blocks <= FEW_BLOCKS ? FEW_SHARDS : Math.max(FEW_SHARDS, Math.min(MAX_THREADS, fitting));
  return Math.min(most, blocks);
}

/** The most blocks of a shard, of batches of up to so many images: of 512, it may have fewer than of 256. */
export function shardBlocks(program: Parameters<typeof shardsOf>[0], images: number): number {
  const few = Math.min(images, FEW_BLOCKS * LANES);
  return Math.max(...[few, images].map((each) => Math.ceil(each / LANES / shardsOf(program, each))));
}

/** The maximum number of steps in one run. */
export const MAX_STEPS = 256;

/**
 * The record of a step. learningRate (f32); seed of dropout (i32); updates (i32): 0 where the step only adds to a sum of
 * gradients; averageKeep (f32): the share of the weights' averages that is kept; overwrites (i32): whether the averages
 * then become the weights; own (f32): numbers of the optimizer.
 */
export const STEP_BYTES = 32;
export const STEP = {
  learningRate: { space: "step", at: 0 },
  seed: { space: "step", at: 4 },
  updates: { space: "step", at: 8 },
  averageKeep: { space: "step", at: 12 },
  overwrites: { space: "step", at: 16 },
  own: [
    { space: "step", at: 20 },
    { space: "step", at: 24 },
    { space: "step", at: 28 },
  ],
} as const satisfies Record<string, Place | readonly Place[]>;

/** A result (`Result` in kernels/losses.ts): the size of the record and the positions of its fields, in floats. */
export const RESULT = {
  floats: floatRecords.Result.length,
  loss: floatRecords.Result.indexOf("loss"),
  rank: floatRecords.Result.indexOf("rank"),
} as const;
/** Bytes of a block's results. */
export const RESULT_BYTES = 4 * RESULT.floats * LANES;

/**
 * Words at the start of the memory that synchronize the threads. The wasm kernels leave the first KiB to them; their
 * constants follow (kernels/constants.ts). `calls` counts calls that take long, not exactly, in a cache line of its own:
 * so the calling thread sees whether threads still work.
 */
export const CONTROL = { arrived: 0, generation: 1, claimed: 2, failed: 3, calls: 16 } as const;
export const CONTROL_WORDS = 32;
/** The first address behind the constants, at the start of a cache line. */
export const FIRST_FREE = Math.ceil(firstFreeAddress / GROUP_BYTES) * GROUP_BYTES;

/** Whether threads can share memory (in Node always; in browsers when the page is cross-origin isolated). */
export const canShare =
  typeof SharedArrayBuffer !== "undefined" &&
  (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated !== false;
