/**
 * Records that the host writes and kernels read. Each kernel's file declares its own as `@unmanaged` classes: an
 * address with named fields, which compiles to the same loads as an address with offsets. Every field is a word of four
 * bytes. The build reads these classes, so that the host's writers (src/engine/records.ts) know the same names and
 * order.
 */
/** A list: the number of its records, which follow one another. */
@unmanaged
export class List {
  count: i32;
}

/** The first record of a list. */
// @inline
export function firstOf(list: List): usize {
  return changetype<usize>(list) + offsetof<List>();
}
