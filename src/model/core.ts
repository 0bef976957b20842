import { availableThreads } from "#platform";
import { InputError } from "../core/errors.ts";
import type { Numerics } from "../engine/binary.ts";
import type { CallingThreadExecutable } from "../engine/calling-thread.ts";
import { SHARDS } from "../engine/program.ts";
import type { Loss } from "../training/losses/table.ts";
import type { MetricName } from "../training/metrics/table.ts";
import type { Optimizer } from "../training/optimizers/table.ts";
import type { KeptExecutable } from "./executables.ts";
import type { Graph } from "./graph.ts";

/** How a model is run. It is not saved with the model. */
export interface EngineOptions {
  /** Threads that share the work, from 1 to 64; results do not depend on it. Default: those of the machine, at most 8. */
  readonly threads?: number;
  /** "reproducible" or "fast"; see {@link Numerics}. Default "reproducible". */
  readonly numerics?: Numerics;
}

/** The state of training: set by `compile`, changed by `fit`. */
export interface TrainingState {
  optimizer: Optimizer;
  readonly loss: Loss;
  readonly metrics: readonly MetricName[];
  /** Batches learned from so far. */
  iterations: number;
  /** The optimizer's slots, by `<slot>/<layer>/<weight>`. */
  readonly memory: Map<string, Float32Array>;
}

/** The parts of a model that fitting, evaluating, predicting and saving share. */
export interface ModelCore {
  readonly name: string;
  readonly graph: Graph;
  readonly threads: number;
  readonly numerics: Numerics;
  training: TrainingState | undefined;
  /** Whether a call of fit is under way. */
  isTraining: boolean;
  /** By the text of their keys, the oldest first. */
  readonly executables: Map<string, KeptExecutable>;
  /** Programs for one image on the calling thread, by the kind of its numbers; undefined where a layer has no wasm kernel for that. */
  readonly oneImage: Map<string, Promise<CallingThreadExecutable | undefined>>;
}

export function threadsOf({ threads = Math.min(availableThreads(), SHARDS) }: EngineOptions): number {
  if (!Number.isInteger(threads) || threads < 1 || threads > MAX_THREADS) {
    throw new InputError(`threads: expected a whole number from 1 to ${MAX_THREADS}, got ${threads}`);
  }
  return threads;
}

/** More would only take memory: training uses at most one for each of its 8 shards. */
const MAX_THREADS = 64;
