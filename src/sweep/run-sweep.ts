import { allEnded } from "../core/all-ended.ts";
import { asTheyEnd } from "./as-they-end.ts";
import type { Board } from "./board.ts";
import type { Ends } from "./ends.ts";
import type { Executor, TaskWatcher } from "./executor.ts";
import { rungByRung } from "./rung-by-rung.ts";
import { rungsOf } from "./rungs.ts";
import type { Outcome, Progress, Task } from "./task.ts";
import { tasksOf } from "./tasks.ts";
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
 * Runs the trials of a sweep. A trial that fails takes no further part.
 * @param ends the order in which trials ended in earlier commands; for asha
 * @returns whether it came to its end; false where the executor left trainings unfinished
 */
export function runSweep(
  board: Board,
  executor: Executor,
  watcher: SweepWatcher,
  ends: Ends = { past: [], note() {} },
): Promise<boolean> {
  const { sweep, trials } = board;
  const rungs = rungsOf(sweep, trials.length);
  const train = async (trial: Trial, i: number) => {
    const tasks = tasksOf(sweep, trial, i < rungs.length - 1 ? rungs[i]!.until : undefined);
    // Higher rungs first: their results decide most, and few trials reach them.
    const runs = tasks.map((task) => trained(board, task, { executor, watcher, priority: i }));
    await allEnded(runs);
    return !(await Promise.all(runs)).includes(false);
  };
  const { choose } = sweep;
  return choose.by === "asha"
    ? asTheyEnd(board, { rungs, eta: choose.eta, ends }, train)
    : rungByRung(board, rungs, train);
}

interface Running {
  readonly executor: Executor;
  readonly watcher: SweepWatcher;
  readonly priority: number;
}

/** Runs a training and notes its results; false where it was left unfinished. */
async function trained(board: Board, task: Task, { executor, watcher, priority }: Running): Promise<boolean> {
  const watching: TaskWatcher = {
    onBegin: () => watcher.onBegin(task),
    onProgress(progress) {
      board.note(task, progress);
      watcher.onProgress(task, progress);
    },
  };
  const outcome = await executor.run(task, watching, priority);
  if (!outcome) return false;
  board.note(task, outcome);
  watcher.onOutcome(task, outcome);
  return true;
}
