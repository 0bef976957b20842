/**
 * Writes the records that kernels read (`@unmanaged` classes in kernels/), field by field under the kernels' own names.
 */
import { records } from "./generated/kernels.ts";

export type RecordName = keyof typeof records;

/** A record's fields by name, each a whole number. */
export type Fields<R extends RecordName> = { readonly [F in (typeof records)[R][number]]: number };

/** The words of a record in the order the kernels read them. */
export function recordWords<R extends RecordName>(record: R, fields: Fields<R>): number[] {
  const byName = fields as Record<string, number>;
  return records[record].map((name) => byName[name]!);
}

/** The words of a list of records, each given as its words. */
export function listWords(items: readonly (readonly number[])[]): number[] {
  return [...recordWords("List", { count: items.length }), ...items.flat()];
}
