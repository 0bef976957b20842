import { coarseText } from "../../report/coarse.ts";
import { count, counted } from "../../report/drawing/numbers.ts";
import { type Validation, validationText } from "../../report/sweep/validation.ts";
import { type Board, choiceText } from "../../sweep/board.ts";
import { isHalving } from "../../sweep/choice.ts";
import { trainingsOf } from "../../sweep/measure.ts";
import type { Earlier } from "./earlier.ts";
import { progressText } from "./show.ts";
import { trialText } from "./texts.ts";

interface Opening {
  readonly folder: string;
  /** `2 at a time with 1 thread each` */
  readonly where: string;
  readonly validation: Validation;
  /** About the data. */
  readonly notes: readonly string[];
  readonly earlier: Earlier;
}

/** The first lines of a sweep: what it does, where, what its values are measured on, and what is done already. */
export function openingLines(
  { sweep, trials }: Board,
  { folder, where, validation, notes, earlier }: Opening,
): string[] {
  const coarse = coarseText(validation.images, "trials");
  return [
    `${counted(trials.length, "trial")} (${choiceText(sweep)}) in ${folder}, ${where}`,
    ...notes,
    validationText(validation),
    ...(coarse === undefined ? [] : [`Note: ${coarse}`]),
    ...earlierText(earlier.board),
  ];
}

/**
 * `Finished earlier: 3 of 8 trials; best so far: trial 2, val_accuracy 95.56% after 2 epochs`; with several trainings of
 * each trial, `Finished earlier: 7 of 16 trainings`: each of them is kept.
 */
function earlierText(board: Board): string[] {
  const { choose, measure } = board.sweep;
  const results = board.results();
  const ended = results.reduce((sum, { trainings }) => sum + trainings.length, 0);
  if (ended === 0) return [];
  const [best] = results;
  const each = trainingsOf(measure);
  const progress =
    each > 1 && !isHalving(choose)
      ? `${count(ended)} of ${counted(each * results.length, "training")}`
      : progressText(board);
  return [`Finished earlier: ${progress}${best!.value === null ? "" : `; best so far: ${trialText(best!, measure)}`}`];
}
