/** Trainings of a sweep in its folder, wherever they ran: their runs, and their results. */
import { joinPath, readBytes } from "#platform";
import { type Outcome, type Progress, partOf, progressSchema, type Task } from "../../sweep/task.ts";
import { keptIn, keptResult, type Place } from "../jobs/kept-result.ts";
import type { Print } from "../output.ts";

/** The folder of the runs and results in that of a sweep. */
export const TRIALS = "trials";

/** A training that was stopped before its end, and goes on later. */
export class Stopped extends Error {}

/** A training without a result. The sweep goes on; it is tried again when the sweep is run again. */
export class Failed extends Error {}

/** `0001-seed-1`: the run of a training. */
export function runName(task: Task): string {
  return `${trialName(task.trial)}${partOf(task)}`;
}

/** `0001-`: how the names of the runs of a trial begin. */
export function trialName(trial: number): string {
  return `${String(trial).padStart(4, "0")}-`;
}

/** `0001-seed-1-epoch-3`: one of several results of the same run. */
export function resultName(task: Task): string {
  return `${runName(task)}${task.until === undefined ? "" : `-epoch-${task.until}`}`;
}

/** The folder of the run of a training in that of its sweep. */
export function runFolder(folder: string, task: Task): string {
  return joinPath(folder, TRIALS, runName(task));
}

function placeOf(folder: string, task: Task): Place<Progress> {
  const file = joinPath(folder, TRIALS, `${resultName(task)}.json`);
  return { file, recipe: JSON.stringify(task), schema: progressSchema };
}

/** The kept result of a training whose file is there; undefined for one that is damaged or of another training. */
export async function keptProgress(folder: string, task: Task): Promise<Progress | undefined> {
  const place = placeOf(folder, task);
  const kept = keptIn(await readBytes(place.file), place);
  return kept?.recipe === place.recipe ? kept.result : undefined;
}

/**
 * The outcome of a training: its kept result, or that of `train`, which is kept. Undefined where it throws
 * {@link Stopped}, and its message as a failure where it throws {@link Failed}.
 */
export async function keptTraining(
  folder: string,
  task: Task,
  train: () => Promise<Progress>,
  print: Print,
): Promise<Outcome | undefined> {
  try {
    return { ...(await keptResult(placeOf(folder, task), train, print)) };
  } catch (error) {
    if (error instanceof Stopped) return undefined;
    if (error instanceof Failed) return { failure: error.message };
    throw error;
  }
}
