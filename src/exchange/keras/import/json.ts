import { InputError } from "../../../core/errors.ts";

/** An object of a JSON file. */
export type Json = Readonly<Record<string, unknown>>;

/** The most brackets in each other: real models have some ten. */
const MAX_NESTING = 100;

/** The content of a JSON text. @throws InputError for a text that is no JSON, or nested too deeply */
export function parsedJson(what: string, text: string): unknown {
  let depth = 0;
  let isText = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (isText) {
      if (character === "\\") i++;
      else if (character === '"') isText = false;
    } else if (character === '"') isText = true;
    else if (character === "{" || character === "[") depth++;
    else if (character === "}" || character === "]") depth--;
    if (depth > MAX_NESTING) throw new InputError(`${what}: expected at most ${MAX_NESTING} brackets in each other`);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InputError(`${what}: expected JSON, got a text that is none: is the file damaged?`, { cause });
  }
}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A property of an object; undefined where it is none, or has no such property of its own. */
export function property(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}
