import type { Logs } from "../history.ts";

/** The training as a callback sees and changes it. */
export interface TrainingContext {
  /**
   * Ends training, with a reason for `history.stopped`. After a batch, the rest of the epoch is skipped; the epoch still
   * ends as usual, with validation.
   */
  stop(reason?: string): void;
  /** The present learning rate. Setting it replaces a schedule: the rate is constant from then on. */
  learningRate: number;
  readonly epochs: number;
  /** Batches in an epoch; undefined for a stream whose length is not known. */
  readonly stepsPerEpoch: number | undefined;
  /**
   * Copies of all weights by `<layer>/<weight>`, to put back with {@link setWeights}. In `onBatches` and `onProgress` they
   * may be as old as the epoch's beginning; in every other hook they are the present ones.
   */
  getWeights(): Map<string, Float32Array>;
  setWeights(weights: ReadonlyMap<string, Float32Array>): void;
  /** Writes the model file. */
  save(path: string): Promise<void>;
}

/** The numbers of one batch. */
export interface BatchLogs {
  /** The epoch, from 1. */
  readonly epoch: number;
  /** Batches learned from before this one, over all epochs. */
  readonly iteration: number;
  /** The batch's own loss and metrics, by name. */
  readonly logs: Logs;
  readonly learningRate: number;
  /** The Euclidean norm of the whole gradient. */
  readonly gradientNorm: number;
}

/**
 * Hooks into training, all optional; each may be async. Epochs count from 1, batches from 0. `logs` hold the means of the
 * epoch so far, at its end also the `val_` numbers.
 */
export interface Callback {
  onTrainBegin?(context: TrainingContext): void | Promise<void>;
  onEpochBegin?(epoch: number, context: TrainingContext): void | Promise<void>;
  /** After every batch. A callback with this hook makes the engine stop after every batch, which costs speed. */
  onBatchEnd?(batch: number, logs: Logs, context: TrainingContext): void | Promise<void>;
  /** Several times a second, with every batch since the last time, in order. */
  onBatches?(batches: readonly BatchLogs[], context: TrainingContext): void | Promise<void>;
  /** Several times a second, with the number of batches done. */
  onProgress?(batches: number, logs: Logs, context: TrainingContext): void | Promise<void>;
  onEpochEnd?(epoch: number, logs: Logs, context: TrainingContext): void | Promise<void>;
  /** Called also when training ends early, or fails. */
  onTrainEnd?(context: TrainingContext): void | Promise<void>;
}
