import { availableThreads } from "#platform";
import { InputError } from "../core/errors.ts";
import type { Numerics } from "../engine/binary.ts";
import type { ProgramBuilder } from "../engine/builder.ts";
import type { CallingThreadExecutable } from "../engine/calling-thread.ts";
import { Executable } from "../engine/executable.ts";
import { SHARDS } from "../engine/program.ts";
import type { Loss } from "../training/losses/table.ts";
import type { MetricName } from "../training/metrics.ts";
import type { Optimizer } from "../training/optimizers.ts";
import type { Graph } from "./graph.ts";

/** How a model is run; never saved. */
export interface EngineOptions {
  /** Threads that share the work; default: what the machine has, at most 8. The numbers are the same for any. */
  readonly threads?: number;
  /** "reproducible" (default) or "fast"; see {@link Numerics}. */
  readonly numerics?: Numerics;
}

/** What `compile` sets and training moves on. */
export interface TrainingState {
  optimizer: Optimizer;
  readonly loss: Loss;
  readonly metrics: readonly MetricName[];
  /** Batches learned from so far. */
  iterations: number;
  /** What the optimizer remembers, by `<slot>/<layer>/<weight>`. */
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
  readonly executables: Map<string, Promise<Executable>>;
  /** What reads one image at once, by the kind of its numbers; undefined where a layer cannot. */
  readonly oneImage: Map<string, Promise<CallingThreadExecutable | undefined>>;
}

export function threadsOf({ threads = Math.min(availableThreads(), SHARDS) }: EngineOptions): number {
  if (!Number.isInteger(threads) || threads < 1 || threads > MOST_THREADS) {
    throw new InputError(`threads: expected a whole number from 1 to ${MOST_THREADS}, got ${threads}`);
  }
  return threads;
}

/** More would only take memory: training uses at most one for each of its 8 shards. */
const MOST_THREADS = 64;

/** The program of a key, built once. */
export function executableOf(
  core: ModelCore,
  key: readonly unknown[],
  build: () => ProgramBuilder,
): Promise<Executable> {
  const text = JSON.stringify(key);
  const known = core.executables.get(text);
  if (known) return known;
  const executable = Executable.from(build(), core.numerics);
  core.executables.set(text, executable);
  if (core.executables.size > MOST_PROGRAMS) {
    const [oldest] = core.executables.keys();
    if (oldest !== undefined) core.executables.delete(oldest);
  }
  return executable;
}

/** Programs a model keeps, each with its memory; the oldest goes first. */
const MOST_PROGRAMS = 8;

/** Runs a program; after a failure all programs are built afresh, since their memory may be half written. */
export async function run(
  core: ModelCore,
  executable: Executable,
  options: Parameters<Executable["run"]>[0],
): ReturnType<Executable["run"]> {
  try {
    return await executable.run(options);
  } catch (error) {
    core.executables.clear();
    throw error;
  }
}
