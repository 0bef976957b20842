import { InputError, listed, shown } from "../core/errors.ts";
import { type Check, type ConfigOf, flag, type OptionsOf, optional } from "../core/options.ts";
import type { Target } from "./objectives.ts";
import { passOptions } from "./pass-options.ts";

/** Names of classes by class number; for several outputs, by the name of the output. */
export type ClassNames = readonly string[] | Readonly<Record<string, readonly string[]>>;

const isNames = (given: unknown): given is readonly string[] =>
  Array.isArray(given) && given.every((name) => typeof name === "string");

const names: Check<ClassNames> = (what, given) => {
  const lists = typeof given === "object" && given !== null && !Array.isArray(given) ? Object.values(given) : [];
  if (isNames(given) || (lists.length > 0 && lists.every(isNames))) return given;
  throw new InputError(`${what}: expected a list of names, got ${shown(given)}`);
};

/** The names of each target's classes; an empty list for numbers. */
export function classNamesOf(targets: readonly Target[], given: ClassNames): (readonly string[])[] {
  if (!isNames(given)) {
    const known = targets.map(({ name }) => name);
    const unknown = Object.keys(given).find((name) => !known.includes(name));
    if (unknown === undefined) return targets.map(({ name }) => given[name] ?? []);
    throw new InputError(`evaluate classNames: expected outputs with labels (${listed(known)}), got "${unknown}"`);
  }
  if (given.length === 0 || targets.length === 1) return targets.map(() => given);
  throw new InputError(
    `evaluate classNames: expected lists by output for a model with several, such as { ${targets[0]!.name}: [...] }, got one list`,
  );
}

export const evaluateOptions = {
  /**
   * Whether to return the confusion matrix, and precision, recall and F1 of each class; for at most 4,096 classes.
   * Default false.
   */
  confusionMatrix: optional(flag, false),
  /** Whether to return the prediction for every image. Default false. */
  predictions: optional(flag, false),
  /**
   * Names of the classes for `perClass`, by class number; for several outputs, such a list by the name of the output.
   * Default: the numbers.
   */
  classNames: optional(names, []),
  ...passOptions,
};

/** Options of {@link Model.evaluate}. */
export interface EvaluateOptions extends OptionsOf<typeof evaluateOptions> {}

/** {@link EvaluateOptions}, checked, with their defaults. */
export interface EvaluateConfig extends ConfigOf<typeof evaluateOptions> {}
