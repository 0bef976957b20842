import { InputError } from "../../core/errors.ts";
import { defaults } from "../../lenet5/recipes.ts";
import type { Validation } from "../../report/sweep/validation.ts";
import type { Sweep } from "../../sweep/sweep.ts";
import { dataOptionsOf } from "../data-options.ts";
import { notesOf } from "../data-source.ts";
import type { TrainOptions } from "../train/training.ts";
import { trainingData } from "../train/training-data.ts";

/** The data of a sweep. */
export interface MeasuredData {
  readonly validation: Validation;
  /** Lines for people: what they may not expect of the data, and how these are divided. */
  readonly notes: readonly string[];
}

/**
 * Divides the data as the trainings of a sweep will: what cannot be divided so would fail trial by trial.
 * @throws InputError for data that cannot be read, for more folds than images, and where no image is for validation
 */
export async function measuredData(sweep: Sweep, trials: readonly TrainOptions[]): Promise<MeasuredData> {
  // Where options of the data vary, some may not fit them: these trials fail, and the others have the same images.
  const different = new Map(trials.map((each) => [JSON.stringify(dataOptionsOf(each)), each]));
  const failures: InputError[] = [];
  for (const each of different.values()) {
    try {
      return await dividedFor(each, sweep.measure.folds);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      failures.push(error);
    }
  }
  throw failures[0]!;
}

async function dividedFor(options: TrainOptions, folds: number | undefined): Promise<MeasuredData> {
  const { seed = defaults.seed, validationSplit = defaults.validationSplit } = options;
  const fold = folds === undefined ? undefined : { number: 1, of: folds, seed };
  const settings = { batchSize: 1, shuffle: true, seed, validationSplit };
  const found = await trainingData({ ...options, ...(fold && { fold }) }, settings);
  const { trainImages, validationImages } = found;
  found.stream?.close();
  if (validationImages === 0)
    throw new InputError(
      `--validation-split: expected a number above 0, as trials are compared on these images, got 0`,
    );
  return {
    validation: folds === undefined ? { images: validationImages } : { images: trainImages + validationImages, folds },
    notes: [...notesOf(found.data), ...found.notes.map((note) => `Note: ${note}`)],
  };
}
