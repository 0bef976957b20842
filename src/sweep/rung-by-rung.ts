import { allEnded } from "../core/all-ended.ts";
import type { Board } from "./board.ts";
import type { Rung } from "./rungs.ts";
import type { Trial } from "./trials.ts";

/** Trains a trial up to the end of a rung; false where it was left unfinished. */
export type TrainTrial = (trial: Trial, rung: number) => Promise<boolean>;

/**
 * Trains all trials of a rung, then those of the next one: the best. A trial that fails takes no further part.
 * @returns false where trainings were left unfinished
 */
export async function rungByRung(board: Board, rungs: readonly Rung[], train: TrainTrial): Promise<boolean> {
  let { trials } = board;
  for (const [i, { until }] of rungs.entries()) {
    const runs = trials.map((trial) => train(trial, i));
    await allEnded(runs);
    if ((await Promise.all(runs)).includes(false)) return false;
    if (i === rungs.length - 1) break;
    const ranked = board.ranked(trials, until).filter((trial) => !board.hasFailed(trial));
    const next = ranked.slice(0, rungs[i + 1]!.trials);
    board.stop(trials.filter((trial) => !next.includes(trial)));
    trials = next.sort((a, b) => a.number - b.number);
  }
  return true;
}
