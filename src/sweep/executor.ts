import type { Outcome, Progress, Task } from "./task.ts";

/** What the caller sees of trainings while they run. */
export interface TaskWatcher {
  /** A training begins, or goes on. */
  onBegin(task: Task): void;
  /** After each epoch. */
  onProgress(task: Task, progress: Progress): void;
  onOutcome(task: Task, outcome: Outcome): void;
}

/** Where trainings run: in processes of this machine, or elsewhere. */
export interface Executor {
  /**
   * Trains, in any order. A training that ended before is not repeated, and one that was interrupted goes on.
   * @returns how each training ended, in the order of the tasks; undefined for one that was not finished because the
   *   user or a time limit stopped the sweep
   */
  run(tasks: readonly Task[], watcher: TaskWatcher): Promise<(Outcome | undefined)[]>;
}
