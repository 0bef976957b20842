import { InputError, listed, shown } from "../core/errors.ts";

/**
 * What a model with several inputs or outputs takes for each of them: a list in the model's order, or an object by the
 * name of the input's or output's layer. With one input or output, the part itself.
 */
export type Each<Part> = Part | readonly Part[] | Readonly<Record<string, Part>>;

/** The names of the inputs or outputs to read a value for, and the check of a value. */
interface Wanted<Part> {
  readonly names: readonly string[];
  /** All names, where parts of others may be given, too. Default: those that need one. */
  readonly all?: readonly string[];
  /** What a part is, for messages: "a tensor". */
  readonly part: string;
  isPart(given: unknown): given is Part;
}

/**
 * The part for each name. A list has parts for all names, or for those that need one. For a single name, also what is
 * no part is returned: its own check says what it must be.
 * @throws InputError for a part that is missing or has an unknown name
 */
export function partsOf<Part>(what: string, given: unknown, wanted: Wanted<Part>): Part[] {
  const { names, all = names, part, isPart } = wanted;
  if (all.length === 1 && isPart(given)) return [given];
  if (Array.isArray(given) && given.every(isPart)) {
    if (given.length === all.length) return names.map((name) => given[all.indexOf(name)]!);
    if (given.length === names.length) return given;
  }
  const byName = objectOf(given, isPart);
  if (names.length === 1 && (all.length === 1 ? !(byName && names[0]! in byName) : isPart(given))) {
    return [given as Part];
  }
  const expected = `${what}: expected ${part} for each of ${listed(names, "and")}`;
  if (Array.isArray(given) && given.length === names.length) {
    const wrong = given.findIndex((each) => !isPart(each));
    throw new InputError(`${expected}, got ${shown(given[wrong])} for "${names[wrong]}"`);
  }
  if (!byName) throw new InputError(`${expected}, in a list or an object by name, got ${kindOf(given)}`);
  const unknown = Object.keys(byName).find((name) => !all.includes(name));
  if (unknown !== undefined) throw new InputError(`${expected}, got ${part} for "${unknown}"`);
  return names.map((name) => {
    const own = byName[name];
    if (!isPart(own)) throw new InputError(`${expected}, got none for "${name}"`);
    return own;
  });
}

/** The value as an object by name; undefined for an array, a part or no object. */
function objectOf(given: unknown, isPart: (given: unknown) => boolean): Record<string, unknown> | undefined {
  const isObject = typeof given === "object" && given !== null && !Array.isArray(given) && !isPart(given);
  return isObject ? (given as Record<string, unknown>) : undefined;
}

function kindOf(given: unknown): string {
  if (Array.isArray(given)) return `a list of ${given.length}`;
  return typeof given === "object" && given !== null ? "a single one" : String(given);
}
