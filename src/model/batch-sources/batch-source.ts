import type { Logs } from "../../training/history.ts";
import type { Position } from "../position.ts";
import type { ScoredStep } from "../scored-steps.ts";

type Within = NonNullable<Position["within"]>;

/** Where a stream stands: how often it was opened, and the batches and images that it has given since. */
export type StreamPlace = NonNullable<Position["stream"]>;

/** Where an epoch goes on: after its first `batches` batches, and of a stream at a place. */
export interface Start {
  readonly batches: number;
  readonly stream?: StreamPlace | undefined;
}

/** What an epoch calls for each run of batches. */
export interface RunCalls {
  /** The most batches that the next run may have. */
  most(): number;
  /** A run begins. */
  begin(): void;
  /** A run has ended: takes its results, and returns whether to continue. */
  seen(steps: readonly ScoredStep[]): Promise<boolean>;
}

/** Supplies the batches of training, and the images of validation. */
export interface BatchSource {
  /** Images to train on; undefined for a stream. */
  readonly trainImages: number | undefined;
  /** Images for validation, 0 for none; undefined for a stream of them. */
  readonly validationImages: number | undefined;
  /** Batches in an epoch; undefined for a stream of unknown length. */
  readonly steps: number | undefined;
  /** What decides which batches an epoch has, in which order. */
  readonly order: Within["order"];
  /**
   * Where a stream stands after the batches that were trained: those of an epoch, or where none of it has been trained,
   * all before. undefined for images in memory, and where the stream starts anew.
   */
  place(isWithin: boolean): StreamPlace | undefined;
  /** Whether the host's weights are older than the last batch: see {@link bringBack}. */
  readonly isBehind: boolean;
  /** The batches that the newest copy of the weights has seen, to which a failure goes back; undefined without one. */
  readonly kept: number | undefined;
  /** Trains one epoch, from `start` on. @throws InputError for a start that the data do not have */
  epoch(epoch: number, start: Start, runs: RunCalls): Promise<void>;
  /** Copies the weights and the optimizer's slots from the program to the host. The end of an epoch does it too. */
  bringBack(): Promise<void>;
  /** Evaluates the validation data: the `val_` numbers, none without such data. */
  validate(): Promise<Logs>;
  /** Frees the memory of the images. */
  release(): Promise<void>;
}
