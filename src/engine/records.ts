/**
 * Writes the records that wasm kernels read (`@unmanaged` classes in kernels/), field by field under the same names.
 */
import { type floatRecords, records } from "./generated/kernels.ts";
import type { Place } from "./program.ts";

/** A record that the host writes. */
export type RecordName = keyof typeof records;

/** A record of floats, which wasm kernels write. */
export type FloatRecordName = keyof typeof floatRecords;

/** A record's fields by name, each a whole number. */
export type Fields<R extends RecordName> = { readonly [F in (typeof records)[R][number]]: number };

/** The address of a record or list. The compiler checks its type where a wasm kernel is called. */
export interface RecordPlace<Type extends string> extends Place {
  readonly record: Type;
}

/** A record of a list; the words of `tail` follow it. */
export interface ListItem<R extends RecordName> {
  readonly fields: Fields<R>;
  readonly tail?: readonly number[];
}

/** The words of a record in the order that the wasm kernels read. */
export function recordWords<R extends RecordName>(record: R, fields: Fields<R>): number[] {
  const byName = fields as Record<string, number>;
  return records[record].map((name) => byName[name]!);
}

/** The words of a list of records. */
export function listWords<R extends RecordName>(record: R, items: readonly ListItem<R>[]): number[] {
  const head = recordWords("List", { count: items.length });
  return [...head, ...items.flatMap(({ fields, tail = [] }) => [...recordWords(record, fields), ...tail])];
}
