import { isNumber } from "../drawing/numbers.ts";
import type { ClassJson } from "../results.ts";

/** Of more classes, some are shown. */
const MAX_CLASSES = 100;

/** Indices of the classes to show, in order: all, or those of the most wrong images. */
export function worstClasses(classes: readonly Pick<ClassJson, "recall" | "support">[]): readonly number[] {
  const every = classes.map((_, k) => k);
  if (classes.length <= MAX_CLASSES) return every;
  const wrong = classes.map(({ recall, support }) => (isNumber(recall) ? (1 - recall) * support : -1));
  return every
    .sort((a, b) => wrong[b] - wrong[a] || a - b)
    .slice(0, MAX_CLASSES)
    .sort((a, b) => a - b);
}
