import type { Logs } from "../../training/history.ts";
import type { ScoredStep } from "../scored-steps.ts";

/** Supplies the batches of training, and the images of validation. */
export interface BatchSource {
  /** Images to train on; undefined for a stream. */
  readonly trainImages: number | undefined;
  /** Images for validation, 0 for none; undefined for a stream of them. */
  readonly validationImages: number | undefined;
  /** Batches in an epoch; undefined for a stream of unknown length. */
  readonly steps: number | undefined;
  /**
   * Trains one epoch. `seen` gets the results of every run of batches and returns whether to continue. `most` is asked
   * before each run for the most batches that it may have.
   */
  epoch(epoch: number, most: () => number, seen: (steps: readonly ScoredStep[]) => Promise<boolean>): Promise<void>;
  /** Copies the weights and the optimizer's slots from the program to the host. The end of an epoch does it too. */
  bringBack(): Promise<void>;
  /** Evaluates the validation data: the `val_` numbers, none without such data. */
  validate(): Promise<Logs>;
  /** Frees the memory of the images. */
  release(): Promise<void>;
}
