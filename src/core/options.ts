import {
  checkOptions,
  InputError,
  inSingle,
  isFiniteSingle,
  numberWithin,
  oneOf,
  shown,
  wholeNumber,
} from "./errors.ts";

/**
 * One option of a layer, an optimizer, a callback, ...: its check and its default. Options are declared once, as an
 * object of these with a docstring above each. {@link OptionsOf} is the type that callers see. {@link ConfigOf} is the
 * type that {@link checkedOptions} returns: complete, checked, and plain JSON. A saved config is read back by the same
 * check.
 */
export interface Option<Given, Kept, IsRequired extends boolean> {
  readonly isRequired: IsRequired;
  /** undefined: the config does not have the option if it is not given. */
  readonly default: unknown;
  readonly check: Check<Given, Kept>;
}

/** Returns the value as a config keeps it. `what` names the option: `sgd momentum`. @throws InputError */
export type Check<Given, Kept = Given> = (what: string, given: Given) => Kept;

/** Options by name. */
export type OptionSpec = Readonly<Record<string, Option<never, unknown, boolean>>>;

type OptionalNames<Spec extends OptionSpec> = {
  [Name in keyof Spec]: Spec[Name] extends { readonly isRequired: true } ? never : Name;
}[keyof Spec];

type GivenOf<Item> = Item extends Option<infer Given, unknown, boolean> ? Given : never;
type KeptOf<Item> = Item extends Option<never, infer Kept, boolean> ? Kept : never;

/** The options as a caller gives them: those with a default may be absent. */
export type OptionsOf<Spec extends OptionSpec> = {
  readonly [Name in keyof Spec as Name extends OptionalNames<Spec> ? never : Name]: GivenOf<Spec[Name]>;
} & {
  readonly [Name in keyof Spec as Name extends OptionalNames<Spec> ? Name : never]?: GivenOf<Spec[Name]>;
};

/** All options, with the defaults of those that were not given. */
export type ConfigOf<Spec extends OptionSpec> = { readonly [Name in keyof Spec]: KeptOf<Spec[Name]> };

/** An option that must be given. */
export function required<Given, Kept>(check: Check<Given, Kept>): Option<Given, Kept, true> {
  return { isRequired: true, default: undefined, check };
}

/** An option with a default; with the default `undefined`, the config does not have the option if it is not given. */
export function optional<Given, Kept>(check: Check<Given, Kept>, fallback: NoInfer<Given>): Option<Given, Kept, false>;
export function optional<Given, Kept>(
  check: Check<Given, Kept>,
  fallback: undefined,
): Option<Given, Kept | undefined, false>;
export function optional<Given, Kept>(check: Check<Given, Kept>, fallback: Given | undefined) {
  return { isRequired: false, default: fallback, check } as const;
}

/**
 * Checks the options of `what` and adds the defaults of those that are absent.
 * @throws InputError for an unknown option, a missing one, or a value that the option's check refuses
 */
export function checkedOptions<Spec extends OptionSpec>(
  what: string,
  spec: Spec,
  options: OptionsOf<Spec>,
): ConfigOf<Spec> {
  checkOptions(what, options, Object.keys(spec));
  const given = options as Readonly<Record<string, unknown>>;
  const config = Object.entries(spec).flatMap(([name, { default: fallback, check, isRequired }]) => {
    const value = given[name] === undefined ? fallback : given[name];
    return value === undefined && !isRequired ? [] : [[name, check(`${what} ${name}`, value as never)]];
  });
  return Object.fromEntries(config);
}

/** @throws InputError unless each is an option that was declared with `option` */
export function checkDeclared(what: string, spec: unknown): void {
  if (typeof spec !== "object" || spec === null || Array.isArray(spec))
    throw new InputError(`${what}: expected options such as { ratio: option.whole() }, got ${shown(spec)}`);
  for (const [name, declared] of Object.entries(spec)) {
    if (typeof declared?.check === "function" && typeof declared.isRequired === "boolean") continue;
    throw new InputError(
      `${what} ${name}: expected an option made with \`option\`, such as option.number({ default: 3 }), got ${shown(declared)}`,
    );
  }
}

/** A finite number from `min` to `max`. */
export function within(min: number, max?: number): Check<number> {
  return (what, value) => numberWithin(what, value, min, max);
}

/** Any number that is finite in 32 bits. */
export const finite: Check<number> = (what, value) => {
  if (!isFiniteSingle(value)) throw new InputError(`${what}: expected a finite number, got ${inSingle(value)}`);
  return value;
};

/** A finite number above 0, also in 32 bits. */
export const positive: Check<number> = within(Number.MIN_VALUE);

/** A number in [0, 1), also in 32 bits: a share that is never the whole. */
export const belowOne: Check<number> = (what, value) => {
  if (typeof value === "number" && value >= 0 && Math.fround(value) < 1) return value;
  throw new InputError(`${what}: expected a number in [0, 1), got ${shown(value)}`);
};

/** A whole number from `min`, default 1, to `max`. */
export function whole(min = 1, max?: number): Check<number> {
  return (what, value) => wholeNumber(what, value, min, max);
}

/** A seed of random numbers: a whole number from -(2^53 - 1) to 2^53 - 1. */
export const wholeSeed: Check<number> = (what, value) => {
  if (Number.isSafeInteger(value)) return value;
  throw new InputError(`${what}: expected a whole number, got ${shown(value)}`);
};

/** true or false. */
export const flag: Check<boolean> = (what, value) => {
  if (typeof value !== "boolean") throw new InputError(`${what}: expected true or false, got ${shown(value)}`);
  return value;
};

/** One of some names. */
export function choice<const Name extends string>(names: readonly Name[]): Check<Name> {
  return (what, value) => oneOf(what, value, names);
}

/** A text that is not empty. */
export const text: Check<string> = (what, value) => {
  if (typeof value === "string" && value !== "") return value;
  throw new InputError(`${what}: expected a text, got ${shown(value)}`);
};

/** A function. */
export function callable<Callable extends (...given: never[]) => unknown>(): Check<Callable> {
  return (what, value) => {
    if (typeof value === "function") return value;
    throw new InputError(`${what}: expected a function, got ${shown(value)}`);
  };
}
