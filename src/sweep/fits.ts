import * as v from "valibot";
import { InputError, listed, shown } from "../core/errors.ts";

/** Messages of schemas are what is expected; {@link fits} adds what came. */
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
  v.strictObject(entries, ({ expected }) =>
    expected === "never"
      ? `expected ${listed(Object.keys(entries))}`
      : expected === "Object"
        ? `expected { ${Object.keys(entries).join(", ")} }`
        : "expected a value",
  );

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
  const result = v.safeParse(schema, given, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const keys = (issue.path ?? []).map(({ key }) => String(key));
  // Of an unknown key, the place is that of the object which has it.
  const got = issue.expected === "never" ? keys.pop() : issue.input;
  const at = keys.length > 0 ? `${joint}${keys.join(".")}` : "";
  throw new InputError(`${what}${at}: ${issue.message}, got ${got === undefined ? "none" : shown(got)}`);
}
