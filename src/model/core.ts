import type { Numerics } from "../engine/binary.ts";
import type { CallingThreadExecutable } from "../engine/calling-thread.ts";
import type { Optimizer } from "../training/optimizers/table.ts";
import type { KeptExecutable } from "./executables.ts";
import type { Graph } from "./graph.ts";
import type { Objective } from "./objectives.ts";
import type { Position } from "./position.ts";
import type { Reading } from "./reading.ts";

/** The state of training: set by `compile`, changed by `fit`. */
export interface TrainingState {
  /** The optimizer, complete with its defaults; a callback that sets the learning rate replaces it. */
  optimizer: Optimizer;
  /** For each output of the model, its loss and metrics. */
  readonly objectives: readonly Objective[];
  /** The number of batches trained so far. */
  iterations: number;
  /** The optimizer's slots, by `<slot>/<layer>/<weight>`. */
  readonly memory: Map<string, Float32Array>;
  /**
   * Where the training stands that a model was saved in, or that a signal aborted: `fit` with `initialEpoch` goes on
   * there. undefined where no `fit` runs.
   */
  position?: Position | undefined;
}

/** What the weights on the host belong to. */
export type Moment = Pick<TrainingState, "optimizer" | "iterations" | "position">;

/** A training by single batches. */
export interface BatchTraining {
  /** Copies what is still in a program's memory to {@link TrainingState.memory}. */
  settle(): void;
}

/** The parts of a model that fitting, evaluating, predicting and saving share. */
export interface ModelCore {
  readonly name: string;
  readonly graph: Graph;
  readonly threads: number;
  readonly numerics: Numerics;
  training: TrainingState | undefined;
  /** How pictures are prepared for the model, and the names of its classes; undefined where nothing is known. */
  reading: Reading | undefined;
  /** What `trainOnBatch` keeps from call to call; undefined before the first, and after `fit` or `compile`. */
  onBatch: BatchTraining | undefined;
  /** The moment of training that the weights on the host belong to, while `fit` runs. */
  fitting: (() => Moment) | undefined;
  /** Programs by the text of their keys, the oldest first. */
  readonly executables: Map<string, KeptExecutable>;
  /**
   * Programs for one image on the calling thread, by its number type; undefined where a layer has no wasm kernel.
   */
  readonly oneImage: Map<string, Promise<CallingThreadExecutable | undefined>>;
  /** Programs for the gradient of a layer's units by one image, by the layer and the image's number type. */
  readonly gradients: Map<string, Promise<CallingThreadExecutable>>;
  /**
   * The same model with the output of every layer, and its programs for one image, for `layerOutputs`; undefined before
   * its first call.
   */
  layerOutputs: ModelCore | undefined;
}

/** The most programs of one kind that a model keeps, each with its memory. */
const MAX_PROGRAMS = 8;

/**
 * Keeps a program under its key. Drops the oldest where there are too many, as for ever new losses or layers; and one
 * that could not be built, for example for lack of memory, so that the next call tries again.
 */
export function keep<Kept>(programs: Map<string, Kept>, key: string, kept: Kept, built: Promise<unknown>): void {
  programs.set(key, kept);
  const [oldest] = programs.keys();
  if (programs.size > MAX_PROGRAMS && oldest !== undefined) programs.delete(oldest);
  built.catch(() => {
    if (programs.get(key) === kept) programs.delete(key);
  });
}

/** Drops the programs that depend on the loss, and their memory. */
export function dropTrainingPrograms(core: ModelCore): void {
  for (const [text, { key }] of core.executables) {
    if (key.type !== "predict") core.executables.delete(text);
  }
}
