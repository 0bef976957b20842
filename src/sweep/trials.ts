import { InputError } from "../core/errors.ts";
import { samplerOf } from "./samplers/table.ts";
import type { Settings } from "./settings.ts";
import type { Sweep } from "./sweep.ts";

/** A trial of a sweep: settings to train with. */
export interface Trial {
  /** Counted from 1. */
  readonly number: number;
  readonly settings: Settings;
}

/** The most trials of a sweep: their settings and results are in memory. */
const MAX_TRIALS = 100_000;
/** Draws without a new trial after which there is none left, or too few to look for. */
const MAX_REPEATED = 10_000;

/**
 * The trials of a sweep. Each has other settings. Those of trial N depend on nothing that happens while the sweep runs,
 * nor on the number of trials.
 * @throws InputError for a grid of more than 100,000 trials
 */
export function trialsOf({ choose, space, trials: limit }: Sweep): Trial[] {
  const sampler = samplerOf(choose);
  const trials: Trial[] = [];
  const known = new Set<string>();
  let repeated = 0;
  for (const settings of sampler.settings(space, choose.seed)) {
    const key = JSON.stringify(settings);
    repeated = known.has(key) ? repeated + 1 : 0;
    if (repeated === MAX_REPEATED) break;
    if (repeated > 0) continue;
    known.add(key);
    trials.push({ number: trials.length + 1, settings });
    if (trials.length === limit) break;
    if (trials.length > MAX_TRIALS)
      throw new InputError(`vary: expected at most ${MAX_TRIALS} trials, got more: give --trials, or fewer values`);
  }
  return trials;
}
