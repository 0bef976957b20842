import { InputError, oneOf, shown } from "../core/errors.ts";

/**
 * Splits a member of a table as it stands in a file, `{ type, ...options }`, into its tag and its options, which the
 * member's own check then reads.
 * @throws InputError for a value that is no object, and for a tag that is not among `types`
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
