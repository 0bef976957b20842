import { stratifiedFolds } from "../../data/split.ts";
import { subset } from "../../data/subset.ts";
import { type Dataset, InputError } from "../../index.ts";
import type { OpenedData } from "../data-source.ts";

/** One fold of a cross-validation: its images are for validation, all others for training. */
export interface Fold {
  /** From 1. */
  readonly number: number;
  /** How many folds there are. */
  readonly of: number;
  /** What the images are divided by. */
  readonly seed: number;
}

/** `2 of 5`. */
export function foldText({ number, of }: Fold): string {
  return `${number} of ${of}`;
}

/** The indices of the images of a fold and of all others, in ascending order. */
export function foldIndices({ labels, classNames }: Dataset, { number, of, seed }: Fold) {
  const folds = stratifiedFolds(labels, classNames.length, of, seed);
  const all = Uint32Array.from(folds.keys());
  return { fold: all.filter((i) => folds[i] === number), others: all.filter((i) => folds[i] !== number) };
}

/** The data with the images of a fold for validation. @throws InputError as {@link checkFolds} */
export function withFold(data: OpenedData, fold: Fold): OpenedData {
  checkFolds(data, fold.of);
  const { fold: validation, others } = foldIndices(data.train, fold);
  return { ...data, train: subset(data.train, others), validation: subset(data.train, validation) };
}

/** @throws InputError for data with validation images of their own, and for fewer images than folds */
export function checkFolds({ train, validation, source, split }: OpenedData, folds: number): void {
  if (validation)
    throw new InputError(
      `--folds: expected data that have no validation images, got ${source}, divided into ${split}; leave it out`,
    );
  const { length } = train.labels;
  if (folds > length) throw new InputError(`--folds: expected at most ${length}, the training images, got ${folds}`);
}
