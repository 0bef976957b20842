import * as v from "valibot";
import { InputError, shown } from "../core/errors.ts";
import { fits, flag, isRecord, listOf, number, record } from "./fits.ts";
import type { SettingRule, Value } from "./settings.ts";
import { MAX_STEPS, steps, type Variation } from "./variation.ts";

/** The value of a setting. */
export const value = v.custom<Value>(
  (given) =>
    typeof given === "number" ? Number.isFinite(given) : given !== "" && ["string", "boolean"].includes(typeof given),
  "expected a text, a number, true or false",
);

const values = listOf(value);

/** Conditions: of each setting one value or a list of them. */
const when = v.optional(
  v.pipe(
    v.custom<Readonly<Record<string, unknown>>>(isRecord, "expected settings by name"),
    v.transform((given) => Object.entries(given)),
  ),
  {},
);

const listed = record({ values, when });
const range = record({
  from: number,
  to: number,
  /** The numbers between: a difference, or with `log` a factor. */
  step: v.optional(number),
  /** Whether equal ratios count as equal. */
  log: v.optional(flag, false),
  when,
});

/**
 * How a setting varies: a list of values, `{ values }`, or `{ from, to, step, log }`; the last two perhaps with `when`.
 * @param needsList whether a range needs a step
 */
export function checkedVariation(given: unknown, rule: SettingRule, at: string, needsList: boolean): Variation {
  if (!isRecord(given)) return { of: listOfValues(fits(values, given, at), rule, at), when: {} };
  if ("values" in given) {
    const { values, when } = fits(listed, given, at);
    return { of: listOfValues(values, rule, `${at}.values`), when: conditions(when, at) };
  }
  const { when, ...numbers } = fits(range, given, at);
  return { of: rangeOf(numbers, rule, at, needsList), when: conditions(when, at) };
}

function listOfValues(values: readonly Value[], rule: SettingRule, at: string): Variation["of"] {
  for (const each of values) rule.check(each, at);
  const twice = values.find((each, i) => values.indexOf(each) !== i);
  if (twice !== undefined) throw new InputError(`${at}: expected different values, got ${shown(twice)} twice`);
  return { values };
}

function conditions(given: readonly [string, unknown][], at: string): Variation["when"] {
  const entries = given.map(([name, each]) => [name, fits(values, [each].flat(), `${at}.when.${name}`)] as const);
  return Object.fromEntries(entries);
}

function rangeOf(
  { from, to, step, log }: Omit<v.InferOutput<typeof range>, "when">,
  rule: SettingRule,
  at: string,
  needsList: boolean,
): Variation["of"] {
  if (rule.kind === "other") throw new InputError(`${at}: expected a list of values, got a range of numbers`);
  for (const end of [from, to]) rule.check(end, at);
  if (from >= to) throw new InputError(`${at}: expected "from" below "to", got ${from} and ${to}`);
  if (log && from <= 0) throw new InputError(`${at}.from: expected a number above 0 with log, got ${from}`);
  if (step === undefined) {
    if (needsList) throw new InputError(`${at}.step: expected a step, or a list of values, for a grid, got none`);
    return { from, to, log, whole: rule.kind === "whole" };
  }
  const least = log ? 1 : 0;
  if (step <= least)
    throw new InputError(`${at}.step: expected a ${log ? "factor above 1" : "number above 0"}, got ${step}`);
  const numbers = steps(from, to, step, log);
  if (!numbers) throw new InputError(`${at}.step: expected at most ${MAX_STEPS} values, got more: give a larger step`);
  return listOfValues(numbers, rule, at);
}
