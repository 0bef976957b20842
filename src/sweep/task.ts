/** One training of a trial as plain data, and how it ends: what an executor is given, and what it returns. */
import * as v from "valibot";
import { value } from "./variation-schema.ts";

const whole = (min: number) => v.pipe(v.number(), v.safeInteger(), v.minValue(min));

export const taskSchema = v.object({
  /** The number of the trial. */
  trial: whole(1),
  /** Settings of the training, with its seed. */
  settings: v.record(v.string(), value),
  /** The fold of a cross-validation whose images are for validation; absent: those of the settings. */
  fold: v.optional(v.object({ number: whole(1), of: whole(2) })),
  /** The epoch to train up to; absent: the last one of its settings. */
  until: v.optional(whole(1)),
});

export type Task = v.InferOutput<typeof taskSchema>;

/** A training for people: `trial 3, seed 1`. */
export function taskName(task: Task): string {
  return `trial ${task.trial}, ${partOf(task).replace("-", " ")}`;
}

/** What a training is called among those of its trial: `seed-2`, `fold-1`. */
export function partOf({ settings, fold }: Task): string {
  return fold ? `fold-${fold.number}` : `seed-${settings.seed}`;
}

const metric = v.array(v.nullable(v.pipe(v.number(), v.finite())));

/** How far a training came. */
export const progressSchema = v.object({
  /** The last epoch of its settings. */
  epochs: whole(1),
  /** The metrics on the validation images, by epoch; null: not a number. */
  history: v.object({ val_accuracy: metric, val_loss: metric }),
  /** The time of training and validation. */
  seconds: v.pipe(v.number(), v.finite(), v.minValue(0)),
  parameters: whole(0),
  /** Why it ended early and is not continued: loss or weights became NaN or infinite. */
  diverged: v.optional(v.string()),
});

export type Progress = v.InferOutput<typeof progressSchema>;

/** A training that ended: with a result, or with a failure in one line. */
export type Outcome = Progress | { readonly failure: string };
