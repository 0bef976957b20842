import { exp, ln } from "../core/elementary.ts";
import type { Value } from "./settings.ts";

/** How a setting varies. */
export interface Variation {
  readonly of: Listed | Range;
  /** Other settings, each with a list of values. A trial has this setting only if each has one of its values. */
  readonly when: Readonly<Record<string, readonly Value[]>>;
}

/** Some values, in the order of the grid. */
export interface Listed {
  readonly values: readonly Value[];
}

/** All numbers of an interval, both ends included. */
export interface Range {
  readonly from: number;
  readonly to: number;
  /** Whether equal ratios are equally likely, and not equal differences. */
  readonly log: boolean;
  readonly whole: boolean;
}

/** Digits of a number that is drawn: no more matter, and commands stay short. */
const DIGITS = 4;

/** The value at a place in [0, 1). */
export function valueAt(of: Listed | Range, place: number): Value {
  if ("values" in of) return of.values[Math.floor(place * of.values.length)]!;
  const { from, to, log, whole } = of;
  // A whole number takes all places up to the next one.
  const end = whole ? to + 1 : to;
  const value = log ? exp(ln(from) + place * (ln(end) - ln(from))) : from + place * (end - from);
  const rounded = whole ? Math.floor(value) : Number(value.toPrecision(DIGITS));
  return Math.min(to, Math.max(from, rounded));
}

/** Values that are listed for people; of more, the first ones and the last. */
const LISTED = 8;

/** `sgd, adam`, `0.1, 0.2, 0.3, ..., 5 (50 values)` or `0.001 to 0.1 (log)`. */
export function valuesText(of: Listed | Range): string {
  if (!("values" in of)) return `${of.from} to ${of.to}${of.log ? " (log)" : ""}`;
  const { values } = of;
  if (values.length <= LISTED) return values.join(", ");
  return `${values.slice(0, 3).join(", ")}, ..., ${values.at(-1)} (${values.length} values)`;
}

/** The most values of a range with a step. */
export const MAX_STEPS = 10_000;

/** The numbers of a range with a step: a difference, or with `log` a factor. Undefined for too many. */
export function steps(from: number, to: number, step: number, log: boolean): number[] | undefined {
  const values: number[] = [];
  // Sums of many decimal fractions miss the end by a few bits.
  const end = to * (1 + Math.sign(to) * 1e-9);
  for (let i = 0; ; i++) {
    const value = Number((log ? from * step ** i : from + step * i).toPrecision(12));
    if (value > end) return values;
    if (values.length === MAX_STEPS) return undefined;
    values.push(value);
  }
}
