import type { Measure } from "./measure.ts";
import type { Settings } from "./settings.ts";
import type { Sweep } from "./sweep.ts";
import type { Task } from "./task.ts";
import type { Trial } from "./trials.ts";

/** The seeds of the trainings of a trial; with folds, that of all of them. */
export function seedsOf({ seed }: Settings, { seeds = 1 }: Measure): number[] {
  const first = typeof seed === "number" ? seed : 1;
  return Array.from({ length: seeds }, (_, i) => first + i);
}

/**
 * The trainings of a trial, one for each seed or fold.
 * @param until the epoch to train up to; default the last one
 */
export function tasksOf({ measure }: Sweep, { number, settings }: Trial, until?: number): Task[] {
  const { folds = 1 } = measure;
  return seedsOf(settings, measure).flatMap((seed) =>
    Array.from({ length: folds }, (_, i) => ({
      trial: number,
      settings: { ...settings, seed },
      ...(measure.folds !== undefined && { fold: { number: i + 1, of: folds } }),
      ...(until !== undefined && { until }),
    })),
  );
}
