import { InputError, shown } from "../../core/errors.ts";
import type { Check } from "../../core/options.ts";

/** A recorder's option `before`: an earlier recording, recognized by its list `column`. */
export function recorded<Recording extends object>(column: keyof Recording & string): Check<Recording> {
  return (what, given) => {
    if (typeof given === "object" && given !== null && Array.isArray(given[column])) return given;
    throw new InputError(`${what}: expected an earlier recording with a list "${column}", got ${shown(given)}`);
  };
}
