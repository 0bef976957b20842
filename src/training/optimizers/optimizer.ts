import type { PendingCall } from "../../engine/pending-call.ts";
import type { Place } from "../../engine/program.ts";
import type { Schedule } from "../schedules/table.ts";

/**
 * The contract of an optimizer: how weights follow their gradients. `Config` is the optimizer as plain data, complete
 * with its defaults, saved with the model.
 */
export interface OptimizerDefinition<Config extends OptimizerConfig> {
  /**
   * The optimizer from its options, each checked and completed; also how a saved one is read back.
   * @throws InputError for options that are unknown or out of range
   */
  create(options?: never): Config;
  /**
   * What it remembers for each weight: names of arrays of the weight's size, which start as zeros. In files they have the
   * names of Keras's variables: for Adam `momentum` and `velocity` are its first and second moment, for RMSprop
   * `velocity` is its mean of squares and `momentum` its momentum buffer.
   */
  slots(config: Config): readonly string[];
  /** The wasm kernel's call that moves some weights by their gradient. */
  update(config: Config, weights: UpdatedWeights): PendingCall;
  /**
   * The learning rate of step `step` (the first is 0) corrected as the update wants it, which may not take the step's
   * number from elsewhere; {@link uncorrected} where it wants none.
   */
  correctedRate(config: Config, learningRate: number, step: number): number;
  /**
   * Second derivatives that are to be estimated before each epoch: the slot that keeps them, and on how many of the
   * epoch's first images; undefined where it needs none.
   */
  curvature(config: Config): Curvature | undefined;
}

/** What all optimizers have. */
export interface OptimizerConfig {
  readonly type: string;
  readonly learningRate: Schedule;
}

/** A run of weights that one call updates. */
export interface UpdatedWeights {
  /** The weights. */
  readonly w: Place;
  /** Their gradient, the mean over the batch. */
  readonly g: Place;
  readonly count: number;
  /** Where the part of a slot lies that belongs to these weights. */
  slot(name: string): Place;
}

/** See {@link OptimizerDefinition.curvature}. */
export interface Curvature {
  readonly slot: string;
  readonly images: number;
}

/** The learning rate as the schedule has it. */
export function uncorrected(_: unknown, learningRate: number): number {
  return learningRate;
}

/** No second derivatives. */
export function noCurvature(): undefined {
  return undefined;
}
