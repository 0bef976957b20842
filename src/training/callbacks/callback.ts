import type { Logs } from "../history.ts";

/** The state of training, which a callback can read and change. */
export interface TrainingContext {
  /**
   * Ends training; `history.stopped` is the reason, by default "stopped by a callback". From a batch's hook, it skips
   * the rest of the epoch, which still ends with validation and `onEpochEnd`.
   */
  stop(reason?: string): void;
  /** The current learning rate. Setting it replaces a schedule: the rate is constant from then on. */
  learningRate: number;
  /** The number of the last epoch of this training, counted from 1. */
  readonly epochs: number;
  /** Batches in an epoch; undefined for a stream of unknown length. */
  readonly stepsPerEpoch: number | undefined;
  /**
   * Copies of all weights by `<layer>/<weight>`. In every hook they are up to date, except in `onBatches` and
   * `onProgress`, where they may be those of the start of the epoch.
   */
  getWeights(): Map<string, Float32Array>;
  /** Sets weights by `<layer>/<weight>`; those without a name here do not change, unknown names are ignored. */
  setWeights(weights: ReadonlyMap<string, Float32Array>): void;
  /** Writes the model file, with the weights and the state of training up to date. */
  save(path: string): Promise<void>;
}

/** The numbers of one batch. */
export interface BatchLogs {
  /** The epoch, counted from 1. */
  readonly epoch: number;
  /** The number of batches before this one, over all epochs. */
  readonly iteration: number;
  /** Loss and metrics of this batch alone, by name. */
  readonly logs: Logs;
  /** The learning rate of the batch. */
  readonly learningRate: number;
  /** The Euclidean norm of the gradient over all weights. */
  readonly gradientNorm: number;
}

/**
 * Hooks of training, all optional; each may be async. Epochs count from 1, batches from 0. `logs` are the means over
 * the epoch so far; at its end they include the `val_` numbers.
 */
export interface Callback {
  /** Before the first epoch. */
  onTrainBegin?(context: TrainingContext): void | Promise<void>;
  /** Before each epoch. */
  onEpochBegin?(epoch: number, context: TrainingContext): void | Promise<void>;
  /** After every batch. With this hook the engine stops after every batch, which makes training slower. */
  onBatchEnd?(batch: number, logs: Logs, context: TrainingContext): void | Promise<void>;
  /** Several times a second, with all batches since the last call, in order. */
  onBatches?(batches: readonly BatchLogs[], context: TrainingContext): void | Promise<void>;
  /** Several times a second, with the number of batches done in this epoch. */
  onProgress?(batches: number, logs: Logs, context: TrainingContext): void | Promise<void>;
  /** After each epoch and its validation. */
  onEpochEnd?(epoch: number, logs: Logs, context: TrainingContext): void | Promise<void>;
  /** After the last epoch; also when training ends early or fails. */
  onTrainEnd?(context: TrainingContext): void | Promise<void>;
}
