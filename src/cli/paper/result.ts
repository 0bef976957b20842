/** The file with the result of one training of `lenet5 paper`. */
import * as v from "valibot";
import type { Predictions } from "../../index.ts";
import type { PaperRun } from "../../report/paper/paper-results.ts";

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const digits = v.array(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(9)));

/** Whether lists have one length, which is not 0. */
function areEqual(lists: readonly (readonly unknown[])[]): boolean {
  return lists.every(({ length }) => length > 0 && length === lists[0]!.length);
}

/** The result of one training. */
export interface PaperResult {
  readonly run: PaperRun;
  readonly predictions: Predictions;
}

export const paperResult: v.GenericSchema<unknown, PaperResult> = v.object({
  run: v.pipe(
    v.object({
      seed: v.number(),
      testError: v.array(share),
      trainingError: v.array(share),
      finalTrainingError: share,
      seconds: v.number(),
      firstRates: v.tuple([v.number(), v.number()]),
    }),
    v.check(({ testError, trainingError }) => areEqual([testError, trainingError]), "expected errors of each pass"),
  ),
  predictions: v.pipe(
    v.object({ labels: digits, predicted: digits, confidence: v.array(share), margin: v.array(v.number()) }),
    v.check((columns) => areEqual(Object.values(columns)), "expected as many of each"),
  ),
});
