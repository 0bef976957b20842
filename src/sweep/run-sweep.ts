import { allEnded } from "../core/all-ended.ts";
import type { Board } from "./board.ts";
import type { Executor } from "./executor.ts";
import { trainingsOf } from "./measure.ts";
import { type Rung, rungsOf } from "./rungs.ts";
import type { Outcome, Progress, Task } from "./task.ts";
import type { Trial } from "./trials.ts";

/** What the caller sees of the trainings of a sweep. */
export interface SweepWatcher {
  /** A training begins, or goes on. */
  onBegin(task: Task): void;
  /** After each epoch. */
  onProgress(task: Task, progress: Progress): void;
  onOutcome(task: Task, outcome: Outcome): void;
}

/**
 * Runs the trials of a sweep, rung by rung: after each, the best trials go on. A trial that fails takes no further part.
 * @returns whether it came to its end; false where the executor left trainings unfinished
 */
export async function runSweep(board: Board, executor: Executor, watcher: SweepWatcher): Promise<boolean> {
  let { trials } = board;
  const rungs = rungsOf(board.sweep, trials.length);
  for (const [i, rung] of rungs.entries()) {
    const isLast = i === rungs.length - 1;
    const tasks = trials.flatMap((trial) => tasksOf(board, trial, rung, isLast));
    const runs = tasks.map((task) => trained(board, task, executor, watcher));
    await allEnded(runs);
    if ((await Promise.all(runs)).includes(false)) return false;
    if (isLast) break;
    const ranked = board.ranked(trials, rung.until).filter((trial) => !board.hasFailed(trial));
    const next = ranked.slice(0, rungs[i + 1]!.trials);
    board.stop(trials.filter((trial) => !next.includes(trial)));
    trials = next.sort((a, b) => a.number - b.number);
  }
  return true;
}

/** Runs a training and notes its results; false where it was left unfinished. */
async function trained(board: Board, task: Task, executor: Executor, watcher: SweepWatcher): Promise<boolean> {
  const outcome = await executor.run(task, {
    onBegin: () => watcher.onBegin(task),
    onProgress(progress) {
      board.note(task, progress);
      watcher.onProgress(task, progress);
    },
  });
  if (!outcome) return false;
  board.note(task, outcome);
  watcher.onOutcome(task, outcome);
  return true;
}

/** The trainings of a trial in a rung, one for each seed or fold. */
function tasksOf({ sweep }: Board, { number, settings }: Trial, { until }: Rung, isLast: boolean): Task[] {
  const first = typeof settings.seed === "number" ? settings.seed : 1;
  const { folds } = sweep.measure;
  return Array.from({ length: trainingsOf(sweep.measure) }, (_, i) => ({
    trial: number,
    settings: { ...settings, seed: folds === undefined ? first + i : first },
    ...(folds !== undefined && { fold: { number: i + 1, of: folds } }),
    ...(until !== undefined && !isLast && { until }),
  }));
}
