import type { PendingCall } from "../../engine/pending-call.ts";
import type { Place } from "../../engine/program.ts";
import type { OptimizerConfig } from "./every-optimizer.ts";

/**
 * The contract of an optimizer: how gradients change the weights. `Config` is the optimizer as plain data, complete
 * with its defaults, saved with the model.
 */
export interface OptimizerDefinition<Config extends OptimizerConfig> {
  /**
   * The optimizer from its options, each checked and completed; also how a saved one is read back.
   * @throws InputError for options that are unknown or out of range
   */
  create(options?: never): Config;
  /**
   * The names of its slots: arrays of each weight's size, which are kept between steps. They are the names of Keras's
   * variables: Adam's `momentum` and `velocity` are its first and second moment, RMSprop's `velocity` is its mean of
   * squares and `momentum` its momentum buffer.
   */
  slots(config: Config): readonly string[];
  /** The number with which a slot starts; absent where all start as zeros. */
  firstOf?(config: Config, slot: string): number;
  /** The call of the wasm kernel that updates some weights. */
  update(config: Config, weights: UpdatedWeights): PendingCall;
  /**
   * At most three numbers that depend on the step, counted from 0, and its learning rate; the wasm kernel reads them at
   * `STEP.own`. Absent where the learning rate is enough.
   */
  ownNumbers?(config: Config, learningRate: number, step: number): readonly number[];
  /**
   * Second derivatives to estimate before each epoch: the slot for them, and the number of the epoch's first images to
   * use; absent for an optimizer that needs none.
   */
  curvature?(config: Config): Curvature;
}

/** A run of weights that one call updates. */
export interface UpdatedWeights {
  /** The weights. */
  readonly w: Place;
  /** Their gradient, the mean over the batch, with penalties and clipped. */
  readonly g: Place;
  readonly count: number;
  /** The part of a slot that belongs to these weights. */
  slot(name: string): Place;
}

/** See {@link OptimizerDefinition.curvature}. */
export interface Curvature {
  readonly slot: string;
  readonly images: number;
}
