import { isHalving } from "./choice.ts";
import type { Sweep } from "./sweep.ts";

/** A part of a sweep: trials are trained up to an epoch, then compared. */
export interface Rung {
  /** The epoch; undefined: the last one of each trial. */
  readonly until: number | undefined;
  /** How many trials take part; with asha about as many. */
  readonly trials: number;
}

/**
 * The rungs of a sweep of `trials` trials: one, or those of successive halving (K. Jamieson and A. Talwalkar, 2016). Each
 * has an `eta`-th of the trials of the one before and `eta` times its epochs; the last one has all epochs.
 */
export function rungsOf({ choose, space }: Sweep, trials: number): Rung[] {
  if (!isHalving(choose)) return [{ until: undefined, trials }];
  const { eta, "first-epochs": first } = choose;
  const rungs: Rung[] = [];
  const epochs = space.fixed.epochs as number;
  let left = trials;
  // From the number of trials: a rung more as long as it has a trial less.
  let count = 1;
  while (Math.floor(left / eta) >= 1 && epochs / eta ** count >= first) {
    left = Math.floor(left / eta);
    count++;
  }
  for (let i = 0, rest = trials; i < count; i++, rest = Math.floor(rest / eta))
    rungs.push({ until: Math.round(epochs / eta ** (count - 1 - i)), trials: rest });
  return rungs;
}
