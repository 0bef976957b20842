/**
 * Where a training stands: what `fit` needs, beside the weights, the optimizer's slots and the number of batches, to go
 * on as if it had never stopped. A model file that is saved while `fit` runs keeps it as JSON (`saved-position.ts`).
 */
import type { BatchLogs, Remembered } from "../training/callbacks/callback.ts";

/** Where a training stands: within an epoch, or before one. */
export interface Position {
  /** The epoch in progress, or the next one; counted from 1. */
  readonly epoch: number;
  /** Within an epoch. */
  readonly within?: PositionWithin | undefined;
  /** Why training was about to end. */
  readonly stopped?: string | undefined;
  /** For a stream that stays open: how often it was opened, and what it has given since. */
  readonly stream?: { readonly opened: number; readonly batches: number; readonly images: number } | undefined;
  /** The memories of callbacks, in order. */
  readonly callbacks: readonly CallbackState[];
  /** The hooks that are to be called before training goes on, each for the callbacks from number `from` on. */
  readonly hooks: HookToCall[];
}

/** A place within an epoch. */
export interface PositionWithin {
  /** Batches that are done. */
  readonly batches: number;
  /** What decides which batches follow; of a stream, the seed alone. */
  readonly order: {
    readonly images?: number | undefined;
    readonly batchSize?: number | undefined;
    readonly shuffle?: boolean | "once" | undefined;
    readonly seed: number;
  };
  /** The sums of the epoch so far. */
  readonly totals: {
    images: number;
    penalty: number;
    targets: { loss: number; hits: number[]; tallies: number[][] }[];
  };
  /** The seconds that the epoch has taken so far. */
  readonly seconds: number;
}

/** What the callback of a name remembers. */
export interface CallbackState extends Remembered {
  readonly name: string;
}

/** A hook that is to be called before training goes on. */
export type HookToCall =
  | { readonly name: "onBatches"; readonly args: [BatchLogs[]]; readonly from: number }
  | {
      readonly name: "onProgress" | "onBatchEnd" | "onEpochEnd";
      readonly args: [number, Record<string, number>];
      readonly from: number;
    };
