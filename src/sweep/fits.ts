import * as v from "valibot";
import { InputError, listed, shown } from "../core/errors.ts";
import { nearest } from "../core/nearest.ts";

/** Messages of schemas are what is expected; {@link fits} adds what came, except for an unknown key. */
export const number = v.pipe(v.number("expected a number"), v.finite("expected a finite number"));
export const flag = v.boolean("expected true or false");

/** A whole number of at least `min`. */
export const whole = (min: number) => {
  const expected = `expected a whole number of at least ${min}`;
  return v.pipe(v.number(expected), v.safeInteger(expected), v.minValue(min, expected));
};

/** One of some names. */
export const oneOf = <const Names extends readonly string[]>(names: Names) =>
  v.picklist(names, `expected ${listed(names)}`);

/** An object that has no other keys. */
export const record = <Entries extends v.ObjectEntries>(entries: Entries) =>
  v.strictObject(entries, ({ expected, path }) =>
    expected === "never"
      ? unknownKey(String(path?.at(-1)?.key), Object.keys(entries))
      : expected === "Object"
        ? `expected { ${Object.keys(entries).join(", ")} }`
        : "expected a value",
  );

/** `expected "train" or "vary", got "varry": did you mean "vary"?` */
function unknownKey(name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  return `expected ${listed(known)}, got ${shown(name)}${meant === undefined ? "" : `: did you mean "${meant}"?`}`;
}

/** A list of at least one item. */
export const listOf = <Item extends v.GenericSchema>(item: Item) =>
  v.pipe(v.array(item, "expected a list"), v.minLength(1, "expected at least one item"));

/** Whether something is an object with keys. */
export function isRecord(given: unknown): given is Readonly<Record<string, unknown>> {
  return typeof given === "object" && given !== null && !Array.isArray(given);
}

/**
 * A value that fits a schema.
 * @param what the place of the value in errors: `sweep.yaml: vary.epochs`
 * @param joint what stands between `what` and a place within the value
 * @throws InputError of one line
 */
export function fits<Schema extends v.GenericSchema>(
  schema: Schema,
  given: unknown,
  what: string,
  joint: ": " | "." = ".",
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, given);
  if (result.success) return result.output;
  // An unknown key comes first: mistyped, it is the reason why another one is missing.
  const unknown = result.issues.find(({ expected }) => expected === "never");
  const { path = [], message, input } = unknown ?? result.issues[0];
  const keys = path.map(({ key }) => String(key));
  // Its place is that of the object which has it.
  if (unknown) keys.pop();
  const at = keys.length > 0 ? `${joint}${keys.join(".")}` : "";
  const got = unknown ? "" : `, got ${input === undefined ? "none" : shown(input)}`;
  throw new InputError(`${what}${at}: ${message}${got}`);
}
