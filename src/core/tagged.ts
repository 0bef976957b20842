import { InputError, oneOf, shown } from "./errors.ts";

/**
 * Splits a saved member of a table, `{ type, ...options }`, into its type and its options, which the member's own check
 * then reads.
 * @throws InputError for a value that is no object with a `type`, and for a type that is not among `types`
 */
export function taggedOptions<Type extends string>(
  what: string,
  given: unknown,
  types: readonly Type[],
): { type: Type; options: object } {
  if (typeof given !== "object" || given === null || !("type" in given)) {
    throw new InputError(`${what}: expected an object such as { type: "${types[0]}" }, got ${shown(given)}`);
  }
  const { type, ...options } = given;
  return { type: oneOf(`${what} type`, type as string, types), options };
}
