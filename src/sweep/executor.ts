import type { Outcome, Progress, Task } from "./task.ts";

/** What the caller sees of a training while it runs. */
export interface TaskWatcher {
  /** The training begins, or goes on. */
  onBegin(): void;
  /** After each epoch. */
  onProgress(progress: Progress): void;
}

/** Where trainings run: in processes of this machine, or elsewhere. */
export interface Executor {
  /**
   * Trains. Many trainings may be asked for at a time: the executor decides how many of them run, those of the highest
   * priority first, then in the order of the calls. A training that ended before is not repeated, and one that was
   * interrupted goes on.
   * @param priority default 0
   * @returns how the training ended; undefined for one that was not finished because the user, a time limit or the
   *   failure of another training stopped the sweep
   * @throws what ends the sweep: the other trainings would fail, too
   */
  run(task: Task, watcher: TaskWatcher, priority?: number): Promise<Outcome | undefined>;
}
