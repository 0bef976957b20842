/** Reads the JSON texts in the metadata of a model file. */
import { InputError, shown } from "../core/errors.ts";
import { jsonFrom } from "../core/json.ts";
import { type Check, type ConfigOf, checkedOptions, type OptionSpec, type OptionsOf } from "../core/options.ts";

/** JSON of the file. @throws InputError unless it has the parts of the spec, and no others */
export function partOf<Spec extends OptionSpec>(spec: Spec, text: string, what: string): ConfigOf<Spec> {
  return checkedOptions(what, spec, jsonFrom(text, what) as OptionsOf<Spec>);
}

/** Puts the file's name in front of errors about its content. */
export function ofFile<Result>(name: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`${name}: ${error.message}`, { cause: error });
    throw error;
  }
}

/** A list of `most` items at most. */
export function listOf<Item>(most: number, check: Check<Item>): Check<readonly Item[]> {
  return (what, given) => {
    if (!Array.isArray(given) || given.length > most)
      throw new InputError(`${what}: expected a list of at most ${most} items, got ${shown(given)}`);
    return given.map((item: Item, i) => check(`${what} ${i}`, item));
  };
}

export const anyText: Check<string> = (what, given) => {
  if (typeof given === "string") return given;
  throw new InputError(`${what}: expected a text, got ${shown(given)}`);
};

export const anyValue: Check<unknown> = (_, given) => given;

export const anyObject: Check<Readonly<Record<string, unknown>>> = (what, given) => {
  if (typeof given === "object" && given !== null && !Array.isArray(given)) return given;
  throw new InputError(`${what}: expected an object, got ${shown(given)}`);
};
