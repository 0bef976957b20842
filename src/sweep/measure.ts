import * as v from "valibot";
import { isRecord, oneOf, record, whole } from "./fits.ts";

const metrics = ["val_accuracy", "val_loss"] as const;
/** A metric on the validation images. */
export type Metric = (typeof metrics)[number];

const measured = v.pipe(
  record({
    metric: v.optional(oneOf(metrics), "val_accuracy"),
    /** Trainings of a trial, with as many seeds; its value is their mean. Default 1. */
    seeds: v.optional(whole(1)),
    /** Trainings of a trial, each with another part of the training images for validation; its value is their mean. */
    folds: v.optional(whole(2)),
  }),
  v.check(({ seeds, folds }) => seeds === undefined || folds === undefined, 'expected "seeds" or "folds"'),
);

/** What is measured: a metric, or `{ metric, seeds }`, or `{ metric, folds }`. */
export const measure = v.optional(
  v.pipe(
    v.unknown(),
    v.transform((given) => (isRecord(given) ? given : { metric: given })),
    measured,
  ),
  "val_accuracy",
);

export type Measure = v.InferOutput<typeof measured>;

/** How many trainings a trial has. */
export function trainingsOf({ seeds = 1, folds = seeds }: Measure): number {
  return folds;
}

/** `mean of 3 seeds`, where the value of a trial is one. */
export function meanText({ seeds = 1, folds }: Measure): string | undefined {
  if (folds !== undefined) return `mean of ${folds} folds`;
  return seeds > 1 ? `mean of ${seeds} seeds` : undefined;
}

/** Whether one value of a metric is better than another. */
export function isBetter(metric: Metric, value: number, other: number): boolean {
  return metric === "val_loss" ? value < other : value > other;
}
