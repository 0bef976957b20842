/** A buffer that is in use from call `first` to call `last` of a program. */
export interface Lifetime {
  readonly bytes: number;
  first: number;
  last: number;
  /** Filled in by {@link placeByLifetime}. */
  at: number;
}

/**
 * Gives every buffer an address so that buffers in use at the same time do not overlap; returns the bytes needed.
 * Larger buffers are placed first, each at the lowest address that is free during its lifetime.
 */
export function placeByLifetime(buffers: readonly Lifetime[]): number {
  const placed: Lifetime[] = [];
  let needed = 0;
  for (const buffer of [...buffers].sort((a, b) => b.bytes - a.bytes)) {
    const rivals = placed
      .filter((other) => other.first <= buffer.last && buffer.first <= other.last)
      .sort((a, b) => a.at - b.at);
    let at = 0;
    for (const other of rivals) {
      if (at + buffer.bytes <= other.at) break;
      at = Math.max(at, other.at + other.bytes);
    }
    buffer.at = at;
    placed.push(buffer);
    needed = Math.max(needed, at + buffer.bytes);
  }
  return needed;
}
