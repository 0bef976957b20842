/**
 * Wrong input of the user: an option, a shape or a file. The message explains it completely in one line: the expected
 * value, the given value and the remedy. The command line prints the message and exits with code 2.
 */
export class InputError extends Error {
  /** "InputError", also for subclasses. */
  override readonly name = "InputError";

  constructor(message: string, options?: ErrorOptions) {
    super(oneLine(message), options);
  }
}

/** A file may have names of any length, with ends of lines in them: the end of the message, the remedy, is kept. */
function oneLine(message: string): string {
  const line = message.replaceAll(/[\r\n\u2028\u2029]+/g, " ");
  return line.length <= 2000 ? line : `${line.slice(0, 1000)}...${line.slice(-900)}`;
}

/** `"one", "two" or "three"`, for messages that list the allowed names; with "and", those that are there. */
export function listed(names: Iterable<string>, conjunction: "or" | "and" = "or"): string {
  const quoted = [...names].map((name) => `"${name}"`);
  const last = quoted.pop() ?? "nothing";
  return quoted.length === 0 ? last : `${quoted.join(", ")} ${conjunction} ${last}`;
}

/** Throws an {@link InputError} unless `name` is one of `known`; returns it typed. */
export function oneOf<Name extends string>(what: string, name: string, known: readonly Name[]): Name {
  const found = known.find((candidate) => candidate === name);
  if (found === undefined) throw new InputError(`${what}: expected ${listed(known)}, got ${shown(name)}`);
  return found;
}

/** A number for messages; with its value in the engine's 32 bits where that is none, or 0: `1e+308 (Infinity in 32 bits)`. */
export function inSingle(value: number): string {
  if (typeof value !== "number") return shown(value);
  const single = Math.fround(value);
  const isKept = Object.is(single, value) || (Number.isFinite(single) && single !== 0);
  return isKept ? String(value) : `${value} (${single} in 32 bits)`;
}

/** Throws an {@link InputError} unless `value` is a whole number from `min` to `max`, default 2^53 - 1; returns it. */
export function wholeNumber(what: string, value: number, min = 1, max = Number.MAX_SAFE_INTEGER): number {
  if (!Number.isInteger(value) || value < min || value > max) {
    const range = Number.isInteger(value) && value > max ? `from ${min} to ${max}` : `of at least ${min}`;
    throw new InputError(`${what}: expected a whole number ${range}, got ${shown(value)}`);
  }
  return value;
}

/** Whether a value is a number that is finite in the engine's 32 bits too. */
export function isFiniteSingle(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(Math.fround(value));
}

/**
 * Throws an {@link InputError} unless `value` lies in [min, max] and is finite in the engine's 32 bits too; with a `min`
 * of Number.MIN_VALUE, it is above 0 there too. Returns it.
 */
export function numberWithin(what: string, value: number, min: number, max = Number.POSITIVE_INFINITY): number {
  const fits = isFiniteSingle(value) && value >= min && value <= max;
  if (!fits || (min === Number.MIN_VALUE && Math.fround(value) === 0)) {
    const from = min === Number.MIN_VALUE ? "above 0" : `of at least ${min}`;
    const range = max === Number.POSITIVE_INFINITY ? from : `from ${min} to ${max}`;
    throw new InputError(`${what}: expected a finite number ${range}, got ${inSingle(value)}`);
  }
  return value;
}

/**
 * Throws an {@link InputError} unless `options` is an object that has only known names, so that typos are not ignored.
 */
export function checkOptions(what: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    const wanted = known.length > 0 ? `options such as { ${known[0]}: ... }` : "no options";
    throw new InputError(`${what}: expected ${wanted}, got ${shown(options)}`);
  }
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const wanted = known.length > 0 ? `options ${listed(known)}` : "no options";
  throw new InputError(`${what}: expected ${wanted}, got ${shown(unknown)}`);
}

/** Throws an {@link InputError} for arguments that a function does not have; JavaScript would ignore them. */
export function refuseMore(expected: string, given: readonly unknown[], remedy: string): void {
  const surplus = given.find((each) => each !== undefined);
  if (surplus !== undefined) throw new InputError(`${expected}, got ${shown(surplus)}: ${remedy}`);
}

/** A short text for a wrong value: strings in quotes, objects by their kind. */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 60));
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  return `${Array.isArray(value) ? "an array" : "an object"} ${jsonOf(value).slice(0, 60)}`.trim();
}

/** A value as JSON; empty for one that has none, as one that contains itself. */
function jsonOf(value: object): string {
  let parts = 0;
  try {
    // Lists that have one list twice, which has another twice, and so on, have no end of parts.
    return (
      JSON.stringify(value, (_, each: unknown) => {
        if (++parts > 1000) return undefined;
        return typeof each === "bigint" ? String(each) : each;
      }) ?? ""
    );
  } catch {
    return "";
  }
}
