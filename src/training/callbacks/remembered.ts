import * as v from "valibot";
import { InputError } from "../../core/errors.ts";

/** What a file says that a callback remembers. @throws InputError unless it fits the schema */
export function rememberedBy<Schema extends v.GenericSchema>(
  callback: string,
  schema: Schema,
  given: unknown,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, given, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const at = v.getDotPath(issue)?.slice(0, 100) ?? "content";
  throw new InputError(`${callback}: the memory in the model file: ${at}: ${issue.message.slice(0, 200)}`);
}

/** Any number, NaN and infinite ones too. */
export const anyNumber = v.custom<number>((given) => typeof given === "number", "expected a number");

/** A whole number of at least 0. */
export const wholeNumber = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
