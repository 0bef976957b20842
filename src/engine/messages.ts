import type { Program } from "./program.ts";

/** Images and what belongs to them, in memory that all threads see where that exists. */
export interface Source {
  /** [N][size], one image after the other. */
  readonly images: Uint8Array | Float32Array;
  /** [N] class numbers or [N][K] targets; absent for prediction. */
  readonly labels?: Uint8Array | Int32Array | Float32Array;
  /** [N]: what each image counts; absent: 1. */
  readonly weights?: Float32Array;
}

/** What main asks of a thread. All but the run itself are answered by nothing. */
export type Request =
  | {
      readonly type: "program";
      readonly id: number;
      readonly program: Program;
      readonly module: WebAssembly.Module;
      /** Absent where memory cannot be shared: the one thread then makes its own. */
      readonly memory?: WebAssembly.Memory;
    }
  | { readonly type: "source"; readonly id: number; readonly source: Source }
  | { readonly type: "forget"; readonly id: number }
  | Run;

/** 32-bit words, floats or integers, for an address. */
export interface Words {
  readonly at: number;
  readonly words: Float32Array | Int32Array;
}

/** Some batches, one after the other. */
export interface Run {
  readonly type: "run";
  readonly program: number;
  readonly source: number;
  /** This thread's number, and how many work together. */
  readonly thread: number;
  readonly threads: number;
  /** Words that thread 0 puts into the memory first; empty for the other threads. */
  readonly writes: readonly Words[];
  /** Parts of the memory that thread 0 brings back; empty for the other threads. */
  readonly reads: readonly { readonly at: number; readonly length: number }[];
  /** Whether weights were written since the last run. */
  readonly prepare: boolean;
  /** Images of the source in the order they are taken; absent: from `first` on. */
  readonly order?: Uint32Array;
  readonly first: number;
  readonly count: number;
  readonly batchSize: number;
  /** Counts of ranks below each of these are reported (1 for accuracy, k for top-k). */
  readonly ranks: readonly number[];
  /** Where the program's outputs go, [count][size] each. */
  readonly outputs: readonly Float32Array[];
}

/** A batch's numbers: the sum over its images of weight x loss, and how many ranks are below each threshold. */
export interface StepResult {
  readonly images: number;
  readonly loss: number;
  readonly hits: readonly number[];
  /** In training: the square root of the sum of squares of the whole gradient. */
  readonly gradientNorm?: number;
}

/** A thread's answer to a run; thread 0 brings the results, what was to be read, and outputs that are not shared. */
export type Reply =
  | {
      readonly type: "done";
      readonly steps: readonly StepResult[];
      readonly reads: readonly Float32Array[];
      readonly outputs?: readonly Float32Array[];
    }
  | { readonly type: "failed"; readonly message: string; readonly stack: string; readonly abandoned: boolean };
