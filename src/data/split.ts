import { random } from "../core/random.ts";

/** The indices of the images of two parts, each in ascending order. */
export interface Split {
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

/**
 * Divides images so that every class gives the same share for the test: of n images round(share * n), but at least one
 * for each part where n is at least 2. The same labels, share and seed give the same split.
 */
export function stratifiedSplit(labels: ArrayLike<number>, classes: number, share: number, seed: number): Split {
  const test: number[] = [];
  const train: number[] = [];
  byClass(labels, classes).forEach((indices, k) => {
    const count = indices.length;
    const tested = count < 2 ? 0 : Math.min(Math.max(Math.round(share * count), 1), count - 1);
    const mixed = random(seed, "test split", k).shuffle(indices);
    // One by one: a call takes fewer arguments than a class may have images.
    for (const [i, index] of mixed.entries()) (i < tested ? test : train).push(index);
  });
  return { train: Uint32Array.from(train).sort(), test: Uint32Array.from(test).sort() };
}

/**
 * The number of the fold that each image belongs to, from 1. The sizes of folds differ by at most one image, and so do the
 * images of a class in them, as in scikit-learn's StratifiedKFold: of all images, sorted by class and within each class
 * mixed by the seed, every `folds`th one is in the same fold.
 */
export function stratifiedFolds(labels: ArrayLike<number>, classes: number, folds: number, seed: number): Uint32Array {
  const fold = new Uint32Array(labels.length);
  let place = 0;
  byClass(labels, classes).forEach((indices, k) => {
    for (const index of random(seed, "folds", k).shuffle(indices)) fold[index] = (place++ % folds) + 1;
  });
  return fold;
}

/**
 * Indices in a seeded order in which every stretch has every class in its share, so that a validation split can be
 * taken from its end: image k of the n of a class comes at (k + 0.5) / n of the whole.
 */
export function spreadOrder(labels: ArrayLike<number>, classes: number, seed: number): Uint32Array {
  const all = random(seed, "mix").shuffle(Uint32Array.from({ length: labels.length }, (_, i) => i));
  const lists = Array.from({ length: classes }, (): number[] => []);
  for (const i of all) lists[labels[i]!]!.push(i);
  const places = new Float64Array(labels.length);
  for (const list of lists) {
    list.forEach((i, k) => {
      places[i] = (k + 0.5) / list.length;
    });
  }
  return all.toSorted((a, b) => places[a]! - places[b]!);
}

/** Whether images stand class after class, as those of folders do. */
export function isSorted(labels: ArrayLike<number>): boolean {
  for (let i = 1; i < labels.length; i++) if (labels[i]! < labels[i - 1]!) return false;
  return true;
}

function byClass(labels: ArrayLike<number>, classes: number): number[][] {
  const lists = Array.from({ length: classes }, (): number[] => []);
  for (let i = 0; i < labels.length; i++) lists[labels[i]!]!.push(i);
  return lists;
}
