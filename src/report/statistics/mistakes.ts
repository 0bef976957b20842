import type { Confusion } from "../results.ts";
import { cellsOf } from "./confusion.ts";

/** A class predicted as another one. */
export interface Mistake {
  readonly label: number;
  readonly predicted: number;
  readonly times: number;
  /** Share of the images of the true class. */
  readonly share: number;
}

/** All mistakes, the most frequent first; equally frequent ones by label, then by predicted class. */
export function mistakes(confusion: Confusion): Mistake[] {
  const { cells, images } = cellsOf(confusion);
  return cells
    .filter(({ label, predicted }) => label !== predicted)
    .map((cell) => ({ ...cell, share: cell.times / images[cell.label] }))
    .sort((a, b) => b.times - a.times || a.label - b.label || a.predicted - b.predicted);
}
