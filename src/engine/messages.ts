import type { PlainAugmentation } from "../augmentation/versions.ts";
import type { Program } from "./program.ts";
import type { WasmMemory, WasmModule } from "./wasm.ts";

/** Images with their labels and sample weights, in shared memory where that exists. */
export interface Source {
  /** For each input of the program: [N][size], one image after the other. */
  readonly inputs: readonly (Uint8Array | Float32Array)[];
  /** For each input of the program, what its numbers are multiplied by. */
  readonly scales: readonly number[];
  /** For each target of the program; none for prediction. */
  readonly targets: readonly SourceTarget[];
}

/** What one output of the model is compared with. */
export interface SourceTarget {
  /** [N] class numbers or [N][K] targets. */
  readonly labels: Uint8Array | Int32Array | Float32Array;
  /** [N] sample weights; absent: 1. */
  readonly weights?: Float32Array;
}

/** How threads distort the images that they load. */
export interface Distortion {
  /** For each input of the program; undefined where its images stay as they are. */
  readonly inputs: readonly (PlainAugmentation | undefined)[];
  readonly epoch: number;
  /** The number in the data of the source's first image. */
  readonly first: number;
}

/** Messages to a thread. Only a run has a reply. */
export type Request =
  | {
      readonly type: "program";
      readonly id: number;
      readonly program: Program;
      readonly module: WasmModule;
      /** Whether single calls of wasm kernels may take so long that they are counted. */
      readonly isSlow: boolean;
      /** Absent where memory cannot be shared: the only thread then creates its own. */
      readonly memory?: WasmMemory;
    }
  | { readonly type: "source"; readonly id: number; readonly source: Source }
  | { readonly type: "forget"; readonly id: number }
  | Run;

/** 32-bit words, floats or integers, to be written at the address `at`. */
export interface Words {
  readonly at: number;
  readonly words: Float32Array | Int32Array;
}

/** The task of one thread: it computes batches, one after the other, together with the other threads. */
export interface Run {
  readonly type: "run";
  readonly program: number;
  readonly source: number;
  /** The number of this thread, and the number of threads of this run. */
  readonly thread: number;
  readonly threads: number;
  /** Words that thread 0 writes first; empty for the other threads. */
  readonly writes: readonly Words[];
  /** Parts of the memory that thread 0 copies at the end; empty for the other threads. */
  readonly reads: readonly { readonly at: number; readonly length: number }[];
  /** Whether weights have changed since the last run. */
  readonly prepare: boolean;
  /** Absent: images are loaded as they are. */
  readonly distortion?: Distortion | undefined;
  /** Indices of the images in the source; absent: `first`, `first` + 1, ... */
  readonly order?: Uint32Array;
  readonly first: number;
  readonly count: number;
  readonly batchSize: number;
  /**
   * For each target and each of these, counts the images whose true class has a lower rank (1 for accuracy, k for top-k
   * accuracy).
   */
  readonly ranks: readonly (readonly number[])[];
  /** What the loss of each target starts from in every batch; absent: 0. */
  readonly losses?: readonly number[];
  /** The arrays that receive the program's outputs, [count][size] each. */
  readonly outputs: readonly Float32Array[];
}

/** The fields of a {@link Run} that are fixed for a program on the calling thread. */
export const singleThread = {
  type: "run",
  program: 0,
  source: 0,
  thread: 0,
  threads: 1,
  reads: [],
  first: 0,
  ranks: [],
} as const satisfies Partial<Run>;

/** The results of a batch. */
export interface StepResult {
  readonly images: number;
  /** For each target of the program. */
  readonly targets: readonly TargetResult[];
  /** The sum over the images of what regularizers add to the loss; absent where there is none. */
  readonly penalty?: number;
  /** In training: the square root of the sum of squares of the whole gradient. */
  readonly gradientNorm?: number;
}

/**
 * The results of a batch for one target. `loss`: the sum over its images of weight x loss; `hits`: the count for each
 * of {@link Run.ranks}.
 */
export interface TargetResult {
  readonly loss: number;
  readonly hits: readonly number[];
}

/** While a run goes on, where the calling thread cannot look into the memory. */
export interface Beat {
  readonly type: "beat";
}

/** The reply to a run. Thread 0 sends the results, the copies of {@link Run.reads}, and outputs that are not shared. */
export type Reply =
  | {
      readonly type: "done";
      readonly steps: readonly StepResult[];
      readonly reads: readonly Float32Array[];
      readonly outputs?: readonly Float32Array[];
    }
  | { readonly type: "failed"; readonly message: string; readonly stack: string; readonly abandoned: boolean };
