import type { Confusion } from "../results.ts";

/** A full matrix of more classes has a square of numbers, most of them 0: the cells with images are kept instead. */
const MAX_FULL = 200;

/** A cell of a confusion matrix that has images. */
export interface ConfusionCell {
  readonly label: number;
  readonly predicted: number;
  readonly times: number;
}

/** A confusion matrix by its cells, in time and memory that grow with these and with the classes. */
export interface ConfusionCells {
  readonly classes: number;
  /** By label, then by predicted class. */
  readonly cells: readonly ConfusionCell[];
  /** Images of each class. */
  readonly images: readonly number[];
  /** Images that were predicted as each class. */
  readonly answers: readonly number[];
}

/** The cells of a confusion matrix in either form. */
export function cellsOf(confusion: Confusion): ConfusionCells {
  const cells: ConfusionCell[] = [];
  const classes = "cells" in confusion ? confusion.classes : confusion.length;
  const images = new Array<number>(classes).fill(0);
  const answers = new Array<number>(classes).fill(0);
  const add = (label: number, predicted: number, times: number) => {
    if (times === 0) return;
    cells.push({ label, predicted, times });
    images[label] += times;
    answers[predicted] += times;
  };
  if ("cells" in confusion) for (const [label, predicted, times] of confusion.cells) add(label, predicted, times);
  else for (const [label, row] of confusion.entries()) for (let p = 0; p < row.length; p++) add(label, p, row[p]);
  return { classes, cells, images, answers };
}

/** The confusion matrix of predictions: counts of all pairs of classes, of more than 200 classes only of those that occur. */
export function confusionOf(labels: readonly number[], predicted: readonly number[], classes: number): Confusion {
  if (classes <= MAX_FULL) {
    const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
    for (const [i, label] of labels.entries()) counts[label][predicted[i]]++;
    return counts;
  }
  const times = new Map<number, number>();
  for (const [i, label] of labels.entries()) {
    const place = label * classes + predicted[i];
    times.set(place, (times.get(place) ?? 0) + 1);
  }
  const cells = [...times]
    .sort(([a], [b]) => a - b)
    .map(([place, count]): [number, number, number] => [Math.floor(place / classes), place % classes, count]);
  return { classes, cells };
}

/** A part of a confusion matrix that can be drawn. */
export interface ShownConfusion {
  /** The classes, in order. */
  readonly classes: readonly number[];
  /** Counts[true class][predicted class], of these classes. */
  readonly counts: readonly (readonly number[])[];
  /** Images of each of these classes, also those that were predicted as a class that is not shown. */
  readonly images: readonly number[];
  /** Which classes these are; "" where they are all. */
  readonly which: string;
}

/** The matrix of the classes with the most confusions, at most `max`. */
export function shownConfusion(confusion: Confusion, max: number): ShownConfusion {
  const { classes: all, cells, images } = cellsOf(confusion);
  const shown = mostConfused(confusion, max);
  const place = new Map(shown.map((label, i) => [label, i]));
  const counts = shown.map(() => new Array<number>(shown.length).fill(0));
  for (const { label, predicted, times } of cells) {
    const [row, column] = [place.get(label), place.get(predicted)];
    if (row !== undefined && column !== undefined) counts[row][column] = times;
  }
  return {
    classes: shown,
    counts,
    images: shown.map((label) => images[label]),
    which:
      shown.length < all
        ? `the ${shown.length} of ${all.toLocaleString("en-US")} classes with the most confusions`
        : "",
  };
}

/** At most `max` classes, in order: all; of more, those that are confused with others most often. */
export function mostConfused(confusion: Confusion, max: number): readonly number[] {
  const { classes, cells, images } = cellsOf(confusion);
  const every = Array.from({ length: classes }, (_, label) => label);
  if (classes <= max) return every;
  const confusions = new Array<number>(classes).fill(0);
  for (const { label, predicted, times } of cells) {
    if (label === predicted) continue;
    confusions[label] += times;
    confusions[predicted] += times;
  }
  const confused = every.filter((label) => confusions[label] > 0);
  return (confused.length > 0 ? confused : every)
    .sort((a, b) => confusions[b] - confusions[a] || images[b] - images[a] || a - b)
    .slice(0, max)
    .sort((a, b) => a - b);
}
