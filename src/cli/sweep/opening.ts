import { counted } from "../../report/drawing/numbers.ts";
import { coarseText, type Validation, validationText } from "../../report/sweep/validation.ts";
import { choiceText } from "../../sweep/board.ts";
import type { Sweep } from "../../sweep/sweep.ts";

interface Opening {
  readonly trials: number;
  readonly folder: string;
  /** `2 at a time with 1 thread each` */
  readonly where: string;
  readonly validation: Validation;
}

/** The first lines of a sweep: what it does, where, and what its values are measured on. */
export function openingLines(sweep: Sweep, { trials, folder, where, validation }: Opening): string[] {
  const coarse = coarseText(validation);
  return [
    `${counted(trials, "trial")} (${choiceText(sweep)}) in ${folder}, ${where}`,
    validationText(validation),
    ...(coarse === undefined ? [] : [`Note: ${coarse}`]),
  ];
}
