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
  readonly stream?:
    | {
        /** How often it was opened. */
        readonly opened: number;
        /** Batches since then. */
        readonly batches: number;
        /** Images since then. */
        readonly images: number;
      }
    | undefined;
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
    /** Images to train on. */
    readonly images?: number | undefined;
    /** Images of a batch. */
    readonly batchSize?: number | undefined;
    /** The option of `fit`. */
    readonly shuffle?: boolean | "once" | undefined;
    /** The option of `fit`. */
    readonly seed: number;
  };
  /** The sums of the epoch so far. */
  readonly totals: {
    /** Images so far. */
    images: number;
    /** What regularizers added to the loss. */
    penalty: number;
    /** For each output of the model. */
    targets: {
      /** The sum of the losses of its images. */
      loss: number;
      /** Of each metric that the engine counts, the images that count. */
      hits: number[];
      /** Of each other metric, its sums. */
      tallies: number[][];
    }[];
  };
  /** The seconds that the epoch has taken so far. */
  readonly seconds: number;
}

/** What the callback of a name remembers. */
export interface CallbackState extends Remembered {
  /** Of its memory. */
  readonly name: string;
}

/** A hook that is to be called before training goes on. */
export type HookToCall =
  | {
      /** The hook. */
      readonly name: "onBatches";
      /** Its arguments before the context. */
      readonly args: [BatchLogs[]];
      /** The number of the first callback that still gets it. */
      readonly from: number;
    }
  | {
      /** The hook. */
      readonly name: "onProgress" | "onBatchEnd" | "onEpochEnd";
      /** Its arguments before the context. */
      readonly args: [number, Record<string, number>];
      /** The number of the first callback that still gets it. */
      readonly from: number;
    };
