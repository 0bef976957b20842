import * as v from "valibot";
import { isRecord, oneOf, record, whole } from "./fits.ts";

const metrics = ["val_accuracy", "val_loss"] as const;
/** A metric on the validation images. */
export type Metric = (typeof metrics)[number];

const measured = record({
  metric: oneOf(metrics),
  /** Trainings of a trial, with as many seeds; its value is their mean. Default 1. */
  seeds: v.optional(whole(1), 1),
});

/** What is measured: a metric, or `{ metric, seeds }`. */
export const measure = v.optional(
  v.pipe(
    v.unknown(),
    v.transform((given) => (isRecord(given) ? given : { metric: given })),
    measured,
  ),
  "val_accuracy",
);

/** Whether one value of a metric is better than another. */
export function isBetter(metric: Metric, value: number, other: number): boolean {
  return metric === "val_loss" ? value < other : value > other;
}
