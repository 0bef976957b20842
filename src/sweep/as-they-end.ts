import { allEnded } from "../core/all-ended.ts";
import type { Board } from "./board.ts";
import type { End, Ends } from "./ends.ts";
import type { TrainTrial } from "./rung-by-rung.ts";
import type { Rung } from "./rungs.ts";
import type { Trial } from "./trials.ts";

interface AshaOptions {
  readonly rungs: readonly Rung[];
  readonly eta: number;
  readonly ends: Ends;
}

/**
 * Asynchronous successive halving (ASHA; L. Li et al., A system for massively parallel hyperparameter tuning, 2020): a
 * trial goes on as soon as it is among the best `eta`-th of those that have ended its rung, so that nothing waits for the
 * slowest. Which trials go on depends on the order in which they end: those that ended in an earlier command end in the
 * order of that command, so that the same ones go on. A trial that fails takes no further part.
 * @returns false where trainings were left unfinished
 */
export async function asTheyEnd(board: Board, { rungs, eta, ends }: AshaOptions, train: TrainTrial): Promise<boolean> {
  const ended: readonly Trial[][] = rungs.map(() => []);
  const promoted: readonly Set<Trial>[] = rungs.map(() => new Set());
  const last = rungs.length - 1;
  // Another number of trials may have other rungs.
  const past = ends.past.filter(({ epoch }) => rungs.some(({ until }) => until === epoch));
  const waiting: { readonly end: End; go(isNew: boolean): void }[] = [];
  let running = 0;
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
    running++;
    let isTrained = false;
    let goesOn: Promise<boolean> | undefined;
    try {
      isTrained = await train(trial, i);
    } finally {
      running--;
      if (isTrained && i < last) goesOn = inOrder(trial, i);
      takeTurns();
    }
    return goesOn ?? isTrained;
  }

  /** The trials that go on when one has ended its rung. */
  function promotedBy(trial: Trial, i: number): Trial[] {
    ended[i]!.push(trial);
    const best = board.ranked(ended[i]!, rungs[i]!.until).slice(0, Math.floor(ended[i]!.length / eta));
    const next = best.filter((each) => !promoted[i]!.has(each) && !board.hasFailed(each));
    for (const each of next) promoted[i]!.add(each);
    return next;
  }

  /** When it is a trial's turn to have ended: what goes on because of it. */
  function inOrder(trial: Trial, i: number): Promise<boolean> {
    const end = { trial: trial.number, epoch: rungs[i]!.until! };
    return new Promise((resolve, reject) => {
      const go = (isNew: boolean) => {
        try {
          if (isNew) ends.note(end);
          resolve(runAll(promotedBy(trial, i), i + 1));
        } catch (error) {
          reject(error);
        }
      };
      waiting.push({ end, go });
    });
  }

  function takeTurns(): void {
    while (waiting.length > 0) {
      const [first] = past;
      const next = first ? waiting.findIndex(({ end }) => end.trial === first.trial && end.epoch === first.epoch) : 0;
      // One that ended then may still end. Where nothing runs it does not, as with fewer trials.
      if (next < 0 && running > 0) return;
      past.shift();
      if (next < 0) continue;
      for (const { go } of waiting.splice(next, 1)) go(first === undefined);
    }
  }
}
