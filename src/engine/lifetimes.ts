/** A buffer that is in use from call `first` to call `last` of a program. */
export interface Lifetime {
  readonly bytes: number;
  first: number;
  last: number;
  /** Filled in by {@link placeByLifetime}. */
  at: number;
}

/** With more buffers, which only networks of hundreds of layers have, the time of {@link placeLargestFirst} counts. */
const MANY = 2000;

/**
 * Gives every buffer an address so that buffers in use at the same time do not overlap; returns the bytes needed.
 */
export function placeByLifetime(buffers: readonly Lifetime[]): number {
  return buffers.length > MANY ? placeInOrder(buffers) : placeLargestFirst(buffers);
}

/**
 * Larger buffers are placed first, each at the lowest address that is free during its lifetime: needs little memory, and
 * time in proportion to the square of the number of buffers.
 */
function placeLargestFirst(buffers: readonly Lifetime[]): number {
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

/** Memory between `at` and `end` that no buffer uses. */
interface Gap {
  at: number;
  end: number;
}

/** Buffers are placed as calls need them, each in the first gap that is large enough, and leave a gap at their end. */
function placeInOrder(buffers: readonly Lifetime[]): number {
  const starts = [...buffers].sort((a, b) => a.first - b.first || b.bytes - a.bytes);
  const ends = [...buffers].sort((a, b) => a.last - b.last);
  const gaps: Gap[] = [{ at: 0, end: Number.POSITIVE_INFINITY }];
  let ended = 0;
  let needed = 0;
  for (const buffer of starts) {
    for (; ends[ended]!.last < buffer.first; ended++) release(gaps, ends[ended]!);
    const i = gaps.findIndex(({ at, end }) => end - at >= buffer.bytes);
    const gap = gaps[i]!;
    buffer.at = gap.at;
    gap.at += buffer.bytes;
    if (gap.at === gap.end) gaps.splice(i, 1);
    needed = Math.max(needed, gap.at);
  }
  return needed;
}

/** Adds the memory of a buffer to the gaps, which are in order of their addresses, and joins it to its neighbours. */
function release(gaps: Gap[], { at, bytes }: Lifetime): void {
  const end = at + bytes;
  let [from, to] = [0, gaps.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (gaps[middle]!.at < at) from = middle + 1;
    else to = middle;
  }
  const [before, after] = [gaps[from - 1], gaps[from]!];
  if (before?.end === at) {
    before.end = end;
    if (after.at === end) {
      before.end = after.end;
      gaps.splice(from, 1);
    }
  } else if (after.at === end) after.at = at;
  else gaps.splice(from, 0, { at, end });
}
