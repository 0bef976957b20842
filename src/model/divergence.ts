/** Training whose numbers are no longer finite: what is noticed, and the line that says so. */
import { InputError } from "../core/errors.ts";
import type { ScoredStep } from "./scored-steps.ts";

/** Training ended because a number became NaN or infinite. The model has finite weights: those of an earlier moment. */
export class Diverged extends InputError {
  /** What became what: `the loss became NaN`. */
  readonly what: string;
  /** Where it first appeared: `the output of layer "C3"`; undefined where that is not known. */
  readonly where: string | undefined;
  /** The batches of the last run, up to the one where it was noticed. */
  readonly steps: readonly ScoredStep[];
  /** The number of that batch in the last run, from 1. */
  readonly batch: number;

  constructor(what: string, where?: string, steps: readonly ScoredStep[] = [], batch = steps.length) {
    super(where === undefined ? what : `${what}, first in ${where}`);
    this.what = what;
    this.where = where;
    this.steps = steps;
    this.batch = batch;
  }

  /**
   * As the reason why `fit` stopped. `batches`: those of the epoch before the last run; `kept`: those that the weights
   * have seen.
   */
  reason(epoch: number, batches: number, kept: number): string {
    const { what, where } = this;
    const place = `in batch ${batches + this.batch} of epoch ${epoch}`;
    return `${what} ${place}${where === undefined ? "" : `, first in ${where}`}; ${keptText(epoch, kept)}`;
  }
}

/** Which weights a model has after training diverged in an epoch: they have seen `kept` batches of it. */
export function keptText(epoch: number, kept: number): string {
  if (kept > 0) return `the weights are those after batch ${kept} of epoch ${epoch}`;
  return `the weights are those ${epoch > 1 ? `of the end of epoch ${epoch - 1}` : "before training"}`;
}

/**
 * @param batch its number in the run, from 1
 * @throws Diverged for a learning rate that is negative or no finite 32-bit number
 */
export function checkRate(rate: number, batch: number): void {
  if (rate >= 0 && Number.isFinite(Math.fround(rate))) return;
  throw new Diverged(`the learning rate became ${Number(rate.toPrecision(3))}`, undefined, [], batch);
}

/** What is not finite in the results of a batch; undefined where all is. */
export function problemOf({ targets, penalty = 0, gradientNorm = 0 }: ScoredStep): string | undefined {
  const loss = targets.reduce((sum, target) => sum + target.loss, penalty);
  if (!Number.isFinite(loss)) return `the loss became ${loss}`;
  return Number.isFinite(gradientNorm) ? undefined : `the gradient became ${gradientNorm}`;
}
