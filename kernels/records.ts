/**
 * Records in memory that kernels and the host share. Each kernel's file declares its own as `@unmanaged` classes: an
 * address with named fields, which compiles to the same loads as an address with offsets. Every field is a word of four
 * bytes. The build reads these classes, so that the host (src/engine/records.ts) has the same names and order.
 */

/** The head of a list: the number of its records, which follow one another. */
@unmanaged
export class List<_Item> {
  count: i32;
}

/** The first record of a list. */
// @inline
export function firstOf<Item>(list: List<Item>): Item {
  return changetype<Item>(changetype<usize>(list) + offsetof<List<Item>>());
}

/** The record that follows another of the same size. */
// @inline
export function recordAfter<Item>(record: Item): Item {
  return changetype<Item>(changetype<usize>(record) + offsetof<Item>());
}

/** The record with this index in an array of records. */
// @inline
export function recordAt<Item>(first: Item, index: usize): Item {
  return changetype<Item>(changetype<usize>(first) + index * offsetof<Item>());
}
