import * as v from "valibot";
import { InputError, listed, shown } from "../core/errors.ts";
import { nearest } from "../core/nearest.ts";
import { type Choice, choice, halvingNeeds, usualChoice } from "./choice.ts";
import { fits, isRecord, number, record, whole } from "./fits.ts";
import { measure } from "./measure.ts";
import { samplerOf } from "./samplers/table.ts";
import type { SettingRule, SettingRules, Settings } from "./settings.ts";
import { inOrder, type Space } from "./space.ts";
import type { Variation } from "./variation.ts";
import { checkedVariation, value } from "./variation-schema.ts";

const settings = v.custom<Readonly<Record<string, unknown>>>(isRecord, "expected settings by name");

const parts = record({
  /** Settings of every trial: options of `lenet5 train`. */
  train: v.optional(settings, {}),
  /** Settings that vary. */
  vary: settings,
  /** Default a grid where each setting that varies has a list of values, else random. */
  choose: v.optional(choice),
  measure,
  /** The most trials. */
  trials: v.optional(whole(1)),
  /** Minutes after which the command ends; what runs is finished up to the end of its epoch. */
  minutes: v.optional(v.pipe(number, v.minValue(0, "expected a number of at least 0"))),
});

const file = v.pipe(v.custom(isRecord, "expected a sweep, such as { vary: { optimizer: [sgd, adam] } }"), parts);

/** A sweep, checked: plain data. */
export interface Sweep extends Omit<v.InferOutput<typeof parts>, "train" | "vary" | "choose"> {
  readonly choose: Choice;
  readonly space: Space;
}

/**
 * The sweep of a file, which has `vary`, and perhaps `train`, `choose`, `measure`, `trials` and `minutes`.
 * @param what the name of the file in errors
 * @param limit the number of trials that takes the place of the file's
 * @throws InputError for anything else: one line with the place in the file
 */
export function checkedSweep(given: unknown, what: string, rules: SettingRules, limit?: number): Sweep {
  const { train, vary, choose: chosen, ...rest } = fits(file, given, what, ": ");
  const fixed = fixedSettings(train, rules, `${what}: train`);
  const names = Object.keys(vary);
  if (names.length === 0) throw new InputError(`${what}: vary: expected at least one setting, got none`);
  const twice = names.find((name) => Object.hasOwn(fixed, name));
  if (twice !== undefined) throw new InputError(`${what}: ${twice}: expected in train or in vary, got both`);
  const needsLists = chosen !== undefined && samplerOf(chosen).isFinite;
  const variations = Object.fromEntries(
    names.map((name): [string, Variation] => {
      const at = `${what}: vary.${name}`;
      const rule = ruleOf(name, rules, at);
      if (rule.fixed !== undefined) throw new InputError(`${at}: ${rule.fixed}`);
      return [name, checkedVariation(vary[name], rule, at, needsLists)];
    }),
  );
  const choose = chosen ?? usualChoice(Object.values(variations));
  const sampler = samplerOf(choose);
  checkConditions(variations, fixed, rules, what);
  const order = inOrder(variations);
  if ("circular" in order)
    throw new InputError(`${what}: vary.${order.circular}.when: expected a setting that does not depend on this one`);
  if (names.length > (sampler.most ?? names.length))
    throw new InputError(`${what}: vary: expected at most ${sampler.most} settings with sobol, got ${names.length}`);
  const divided = ["validation-split", "stream"].find((name) => Object.hasOwn(fixed, name));
  if (rest.measure.folds !== undefined && divided !== undefined)
    throw new InputError(`${what}: train.${divided}: it cannot be combined with folds: leave it out`);
  const trials = limit ?? rest.trials;
  if (trials === undefined && !sampler.isFinite)
    throw new InputError(`${what}: trials: expected a number of trials, in the file or with --trials, got none`);
  halvingNeeds(choose, fixed, names, what);
  return { choose, ...rest, trials, space: { fixed, varied: order.varied } };
}

function ruleOf(name: string, rules: SettingRules, at: string): SettingRule {
  const rule = Object.hasOwn(rules, name) ? rules[name]! : undefined;
  if (!rule) {
    const known = Object.keys(rules).filter((each) => !("refused" in rules[each]!));
    const meant = nearest(name, known);
    const names = meant === undefined ? listed(known) : `got ${shown(name)}: did you mean "${meant}"?`;
    throw new InputError(`${at}: expected an option of lenet5 train, ${names}`);
  }
  if ("refused" in rule) throw new InputError(`${at}: ${rule.refused}`);
  return rule;
}

function fixedSettings(given: Readonly<Record<string, unknown>>, rules: SettingRules, what: string): Settings {
  const entries = Object.entries(given).map(([name, each]) => {
    const at = `${what}.${name}`;
    const rule = ruleOf(name, rules, at);
    const checked = fits(value, each, at);
    rule.check(checked, at);
    return [name, checked] as const;
  });
  return Object.fromEntries(entries);
}

/** Conditions are on settings that the sweep has, and on values that these can have. */
function checkConditions(
  variations: Readonly<Record<string, Variation>>,
  fixed: Settings,
  rules: SettingRules,
  what: string,
): void {
  for (const [name, { when }] of Object.entries(variations)) {
    for (const [other, values] of Object.entries(when)) {
      const at = `${what}: vary.${name}.when.${other}`;
      ruleOf(other, rules, at);
      const of = Object.hasOwn(variations, other) ? variations[other]!.of : undefined;
      const isFixed = Object.hasOwn(fixed, other);
      if (!of && !isFixed) throw new InputError(`${at}: expected a setting of train or vary`);
      const possible = of ? ("values" in of ? of.values : undefined) : [fixed[other]!];
      const impossible = possible && values.find((each) => !possible.includes(each));
      if (impossible !== undefined)
        throw new InputError(
          `${at}: expected a value that ${other} has, ${possible!.map(shown).join(", ")}, got ${shown(impossible)}`,
        );
    }
  }
}
