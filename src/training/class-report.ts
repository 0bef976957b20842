import type { Confusion } from "../report/results.ts";
import { cellsOf } from "../report/statistics/confusion.ts";

/** Precision, recall and F1 of a class; null where the denominator is 0. */
export interface ClassReport {
  /** The class's name, or its number as text. */
  readonly name: string;
  /** The share of images predicted as this class that are of this class. */
  readonly precision: number | null;
  /** The share of images of this class that are predicted as this class. */
  readonly recall: number | null;
  /** The harmonic mean of precision and recall. */
  readonly f1: number | null;
  /** Images of this class. */
  readonly support: number;
}

/** The report of each class, from a confusion matrix; a class without a name gets its number. */
export function classReports(confusion: Confusion, names: readonly string[]): ClassReport[] {
  const { classes, cells, images, answers } = cellsOf(confusion);
  const right = new Array<number>(classes).fill(0);
  for (const { label, predicted, times } of cells) if (label === predicted) right[label] = times;
  return right.map((times, k) => ({
    name: names[k] ?? String(k),
    precision: answers[k]! > 0 ? times / answers[k]! : null,
    recall: images[k]! > 0 ? times / images[k]! : null,
    f1: answers[k]! + images[k]! > 0 ? (2 * times) / (answers[k]! + images[k]!) : null,
    support: images[k]!,
  }));
}
