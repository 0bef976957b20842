import {
  text as anyText,
  type Check,
  finite,
  type Option,
  choice as oneOfNames,
  flag as trueOrFalse,
  whole as whollyWithin,
  within,
} from "./options.ts";

/** The range of a number, and its value where it is not given. */
interface Range {
  readonly min?: number;
  readonly max?: number;
}

/** An option's value where it is not given; without it, the option must be given. */
interface Default<Value> {
  readonly default: Value;
}

function declared(check: Check<never, unknown>, given: object): Option<never, unknown, boolean> {
  const isRequired = !("default" in given);
  return { isRequired, default: (given as { default?: unknown }).default, check };
}

function number(given: Range & Default<number>): Option<number, number, false>;
function number(given?: Range): Option<number, number, true>;
function number(given: Range = {}): Option<never, unknown, boolean> {
  const { min, max } = given;
  return declared(
    min === undefined && max === undefined ? finite : within(min ?? Number.NEGATIVE_INFINITY, max),
    given,
  );
}

function whole(given: Range & Default<number>): Option<number, number, false>;
function whole(given?: Range): Option<number, number, true>;
function whole(given: Range = {}): Option<never, unknown, boolean> {
  return declared(whollyWithin(given.min, given.max), given);
}

function flag(given: Default<boolean>): Option<boolean, boolean, false>;
function flag(): Option<boolean, boolean, true>;
function flag(given: object = {}): Option<never, unknown, boolean> {
  return declared(trueOrFalse, given);
}

function text(given: Default<string>): Option<string, string, false>;
function text(): Option<string, string, true>;
function text(given: object = {}): Option<never, unknown, boolean> {
  return declared(anyText, given);
}

function choice<const Name extends string>(
  names: readonly Name[],
  given: Default<NoInfer<Name>>,
): Option<Name, Name, false>;
function choice<const Name extends string>(names: readonly Name[]): Option<Name, Name, true>;
function choice(names: readonly string[], given: object = {}): Option<never, unknown, boolean> {
  return declared(oneOfNames(names), given);
}

/**
 * The options of a custom layer or loss: `{ ratio: option.whole({ default: 4 }) }`. With a default, an option may be
 * left out. Each is checked when it is given, and when a model file is loaded.
 */
export const option = {
  /** A finite number, from `min` to `max` where these are given. */
  number,
  /** A whole number, at least `min` (default 1) and at most `max`. */
  whole,
  /** true or false. */
  flag,
  /** A text that is not empty. */
  text,
  /** One of some names. */
  choice,
} as const;
