import { InputError, shown } from "../core/errors.ts";
import type { BatchSource } from "./batch-sources/batch-source.ts";
import type { Position } from "./position.ts";
import { savedTotals, type Totals } from "./totals.ts";

/** An epoch in progress. */
export interface EpochInProgress {
  readonly epoch: number;
  readonly totals: Totals;
  /** Batches that are done. */
  batches: number;
  /** The seconds that it has taken until `since`; undefined in hooks, which do not count. */
  seconds: number;
  since: number | undefined;
}

/** The epoch as a file keeps it. */
export function withinOf(at: EpochInProgress, { order }: BatchSource): NonNullable<Position["within"]> {
  return { batches: at.batches, order, totals: savedTotals(at.totals), seconds: secondsOf(at) };
}

/** The seconds that an epoch has trained so far. */
export function secondsOf({ seconds, since }: EpochInProgress): number {
  return since === undefined ? seconds : seconds + (performance.now() - since) / 1000;
}

/** @throws InputError where other batches would follow than in the training that was saved within an epoch */
export function checkOrder({ epoch, within }: Position, { order, steps }: BatchSource): void {
  if (!within) return;
  const { batches, order: saved } = within;
  const remedy = "give the same, or leave out initialEpoch to begin anew";
  for (const name of ["images", "batchSize", "shuffle", "seed"] as const) {
    if (saved[name] === order[name]) continue;
    throw new InputError(
      `fit ${name}: expected ${shown(saved[name])}, as where the model was saved after ${batches} batches of epoch ${epoch}, got ${shown(order[name])}: ${remedy}`,
    );
  }
  if (steps !== undefined && batches > steps)
    throw new InputError(
      `fit: expected at least ${batches} batches in epoch ${epoch}, which the saved model was trained on, got ${steps}: ${remedy}`,
    );
}
