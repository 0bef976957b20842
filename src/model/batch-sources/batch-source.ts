import type { StepResult } from "../../engine/messages.ts";
import type { Logs } from "../../training/history.ts";

/** Where an epoch's batches come from. */
export interface BatchSource {
  /** Batches in an epoch, where that is known. */
  readonly steps: number | undefined;
  /**
   * Trains one epoch; `seen` gets the results of every run and says whether to go on. With `exact`, a run is one batch.
   */
  epoch(epoch: number, exact: boolean, seen: (steps: readonly StepResult[]) => Promise<boolean>): Promise<void>;
  /** Brings the weights and the optimizer's slots back to the host; an epoch's end does so by itself. */
  bringBack(): Promise<void>;
  /** The `val_` numbers; none without validation data. */
  validate(): Promise<Logs>;
  release(): Promise<void>;
}
