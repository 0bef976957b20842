/** What earlier commands left in the folder of a sweep. */
import { joinPath, listEntries, pathInfo } from "#platform";
import { Board } from "../../sweep/board.ts";
import { rungsOf } from "../../sweep/rungs.ts";
import type { Task } from "../../sweep/task.ts";
import { tasksOf } from "../../sweep/tasks.ts";
import { keptProgress, resultName, TRIALS } from "./kept-training.ts";

/** Results of earlier commands. */
export interface Earlier {
  /** What was known when the last of them ended. */
  readonly board: Board;
  has(task: Task): boolean;
}

/** The results in the folder of a sweep that has begun, or none. */
export async function earlierResults(folder: string, { sweep, trials }: Board): Promise<Earlier> {
  const board = new Board(sweep, trials);
  const known = new Set<string>();
  const earlier: Earlier = { board, has: (task) => known.has(resultName(task)) };
  const place = joinPath(folder, TRIALS);
  if (!(await pathInfo(place))) return earlier;
  const files = (await listEntries(place)).filter(({ kind }) => kind === "file");
  const names = new Set(files.map(({ name }) => name));
  const rungs = rungsOf(sweep, trials.length);
  // Results of higher rungs come later and hold those of lower ones.
  for (const [i, { until }] of rungs.entries()) {
    for (const task of trials.flatMap((trial) => tasksOf(sweep, trial, i < rungs.length - 1 ? until : undefined))) {
      const name = resultName(task);
      const progress = names.has(`${name}.json`) ? await keptProgress(folder, task) : undefined;
      if (!progress) continue;
      known.add(name);
      board.note(task, progress);
    }
  }
  return earlier;
}
