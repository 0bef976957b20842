import * as v from "valibot";
import { InputError } from "./errors.ts";
import { type JsonLimits, jsonFrom } from "./json.ts";

/** The value of a JSON text that has to fit a schema. @throws InputError for any other text: see {@link jsonFrom} */
export function checkedJson<Schema extends v.GenericSchema>(
  schema: Schema,
  given: string | Uint8Array,
  what: string,
  limits?: JsonLimits,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, jsonFrom(given, what, limits), { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  // The message and the path may have texts of the file, of any length.
  const at = v.getDotPath(issue)?.slice(0, 100) ?? "content";
  const { message, expected, received, type } = issue;
  // The messages of schemas that have one of their own stay.
  const problem = message.startsWith("Invalid ")
    ? `expected ${expected ?? `a ${type.replaceAll("_", " ")}`}, got ${received}`
    : message;
  throw new InputError(`${what}: ${at}: ${problem.slice(0, 200)}`);
}
