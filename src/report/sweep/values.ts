import { counted, decimal, isNumber, percent } from "../drawing/numbers.ts";
import type { Num } from "../results.ts";
import type { SweepJson, TrialJson } from "./sweep-results.ts";

/** A value of the metric for people. */
export function metricText({ metric }: Pick<SweepJson, "metric">, value: Num | undefined): string {
  return metric === "val_accuracy" ? percent(value) : decimal(value, "full");
}

/** The metric in words. */
export function metricName({ metric }: Pick<SweepJson, "metric">): string {
  return metric === "val_accuracy" ? "validation accuracy" : "validation loss";
}

export function isBetter({ metric }: Pick<SweepJson, "metric">, value: number, other: number): boolean {
  return metric === "val_loss" ? value < other : value > other;
}

/** A trial with a value. */
export interface ValuedTrial extends TrialJson {
  readonly value: number;
}

/** The trials that have a value, in the order of the results: the best first. */
export function valued({ trials }: SweepJson): ValuedTrial[] {
  return trials.filter((trial): trial is ValuedTrial => isNumber(trial.value) && trial.state !== "failed");
}

/**
 * The trials with their values after the last epoch that all of them have: successive halving trains some for more
 * epochs, which would be compared with fewer.
 */
export function atOneEpoch(sweep: SweepJson): { readonly epoch: number; readonly trials: readonly ValuedTrial[] } {
  const trials = valued(sweep).filter(({ epochs }) => epochs > 0);
  const epoch = trials.reduce((least, { epochs }) => Math.min(least, epochs), Number.POSITIVE_INFINITY);
  if (trials.length === 0) return { epoch: 0, trials: [] };
  const known = trials.flatMap((trial) => {
    const values = trial.trainings.map(({ values }) => values[epoch - 1]).filter(isNumber);
    if (values.length < trial.trainings.length) return [];
    return [{ ...trial, value: values.reduce((sum, value) => sum + value, 0) / values.length }];
  });
  return { epoch, trials: known };
}

/** The time of training and validation, of all trainings of a trial together; undefined where none is known. */
export function secondsOf({ trainings }: TrialJson): number | undefined {
  const known = trainings.map(({ seconds }) => seconds).filter(isNumber);
  return known.length > 0 ? known.reduce((sum, each) => sum + each, 0) : undefined;
}

/** `validation accuracy, mean of 3 seeds` */
export function measuredName(sweep: SweepJson): string {
  const several = severalText(sweep);
  return `${metricName(sweep)}${several === undefined ? "" : `, mean of ${several}`}`;
}

/** `3 seeds`, where a trial has several trainings. */
export function severalText({ trials }: SweepJson): string | undefined {
  const most = trials.reduce((count, { trainings }) => Math.max(count, trainings.length), 0);
  if (most < 2) return undefined;
  const isCrossed = trials.some(({ trainings }) => trainings[0]?.fold !== undefined);
  return `${most} ${isCrossed ? "folds" : "seeds"}`;
}

/** `9 epochs`; `3 of 9 epochs` where a trial has not trained for all of its own. */
export function epochsText({ state, epochs, plannedEpochs }: TrialJson): string {
  return state === "done" || plannedEpochs === null
    ? counted(epochs, "epoch")
    : `${epochs} of ${counted(plannedEpochs, "epoch")}`;
}

/** `best`, or `best so far` where no trial has its whole training. */
export function bestWord({ state }: TrialJson): string {
  return state === "done" ? "best" : "best so far";
}

/** `learning-rate 0.01, augment none` */
export function settingsText(settings: TrialJson["settings"]): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}
