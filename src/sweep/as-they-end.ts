import { allEnded } from "../core/all-ended.ts";
import type { Board } from "./board.ts";
import type { TrainTrial } from "./rung-by-rung.ts";
import type { Rung } from "./rungs.ts";
import type { Trial } from "./trials.ts";

/**
 * Asynchronous successive halving (ASHA; L. Li et al., A system for massively parallel hyperparameter tuning, 2020): a
 * trial goes on as soon as it is among the best `eta`-th of those that have ended its rung, so that nothing waits for the
 * slowest. Which trials go on depends on the order in which they end. A trial that fails takes no further part.
 * @returns false where trainings were left unfinished
 */
export async function asTheyEnd(
  board: Board,
  { rungs, eta }: { readonly rungs: readonly Rung[]; readonly eta: number },
  train: TrainTrial,
): Promise<boolean> {
  const ended: readonly Trial[][] = rungs.map(() => []);
  const promoted: readonly Set<Trial>[] = rungs.map(() => new Set());
  const last = rungs.length - 1;
  const isWhole = await runAll(board.trials, 0);
  if (isWhole) board.stop(board.trials.filter((trial) => last > 0 && !promoted[last - 1]!.has(trial)));
  return isWhole;

  async function runAll(trials: readonly Trial[], i: number): Promise<boolean> {
    const runs = trials.map((trial) => run(trial, i));
    await allEnded(runs);
    return !(await Promise.all(runs)).includes(false);
  }

  /** A trial up to the end of a rung, and all that go on because of it. */
  async function run(trial: Trial, i: number): Promise<boolean> {
    if (!(await train(trial, i))) return false;
    if (i === last) return true;
    ended[i]!.push(trial);
    const best = board.ranked(ended[i]!, rungs[i]!.until).slice(0, Math.floor(ended[i]!.length / eta));
    const next = best.filter((each) => !promoted[i]!.has(each) && !board.hasFailed(each));
    for (const each of next) promoted[i]!.add(each);
    return runAll(next, i + 1);
  }
}
