/**
 * Something the user gave is wrong: an option, a shape, a file. The message is the whole explanation, on one line:
 * what was expected, what came, and what to do. The command line prints it and exits with code 2.
 */
export class InputError extends Error {
  /** "InputError", of its subclasses too. */
  override readonly name = "InputError";
}

/** `"one", "two" or "three"`, for messages that list what is allowed. */
export function listed(names: Iterable<string>): string {
  const quoted = [...names].map((name) => `"${name}"`);
  const last = quoted.pop() ?? "nothing";
  return quoted.length === 0 ? last : `${quoted.join(", ")} or ${last}`;
}

/** Throws an {@link InputError} unless `name` is one of `known`; returns it typed. */
export function oneOf<Name extends string>(what: string, name: string, known: readonly Name[]): Name {
  const found = known.find((candidate) => candidate === name);
  if (found === undefined) throw new InputError(`${what}: expected ${listed(known)}, got ${shown(name)}`);
  return found;
}

/** Throws an {@link InputError} unless `value` is a whole number of at least `least`; returns it. */
export function wholeNumber(what: string, value: number, least = 1): number {
  if (!Number.isInteger(value) || value < least) {
    throw new InputError(`${what}: expected a whole number of at least ${least}, got ${shown(value)}`);
  }
  return value;
}

/** Throws an {@link InputError} unless `value` lies in [least, most]; returns it. */
export function numberWithin(what: string, value: number, least: number, most = Number.POSITIVE_INFINITY): number {
  if (!(Number.isFinite(value) && value >= least && value <= most)) {
    const from = least === Number.MIN_VALUE ? "above 0" : `of at least ${least}`;
    const range = most === Number.POSITIVE_INFINITY ? from : `from ${least} to ${most}`;
    throw new InputError(`${what}: expected a finite number ${range}, got ${shown(value)}`);
  }
  return value;
}

/** Throws an {@link InputError} unless `options` is an object with none but the known names: a misspelt one is no default. */
export function checkOptions(what: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new InputError(`${what}: expected options such as { ${known[0]}: ... }, got ${shown(options)}`);
  }
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new InputError(`${what}: expected options ${listed(known)}, got ${shown(unknown)}`);
}

/** A wrong value in a few words: text in quotes, objects by their kind. */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 60));
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  return `${Array.isArray(value) ? "an array" : "an object"} ${JSON.stringify(value)?.slice(0, 60) ?? ""}`.trim();
}
