import type { Confusion } from "../results.ts";

/** A class predicted as another one. */
export interface Mistake {
  readonly label: number;
  readonly predicted: number;
  readonly times: number;
  /** Share of the images of the true class. */
  readonly share: number;
}

/** All mistakes, the most frequent first; equally frequent ones by label, then by predicted class. */
export function mistakes(counts: Confusion): Mistake[] {
  return counts
    .flatMap((row, label) => {
      const images = row.reduce((sum, value) => sum + value, 0);
      return row.map((times, predicted) => ({ label, predicted, times, share: times / images }));
    })
    .filter(({ label, predicted, times }) => times > 0 && label !== predicted)
    .sort((a, b) => b.times - a.times);
}
