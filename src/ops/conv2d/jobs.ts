/**
 * Plans the jobs of a convolution (kernels/conv2d/records.ts): each computes two channels of the result together from
 * source channels that both of them see.
 */
import type { ListItem } from "../../engine/records.ts";

/** A job: channels `a` and `b` of the result (b = a: no partner), computed from `sources`. */
export interface Job {
  readonly a: number;
  readonly b: number;
  readonly sources: readonly number[];
  /** Whether the job starts from the bias; otherwise it adds to the result of earlier jobs. */
  readonly first: boolean;
}

/**
 * Jobs for results that each see the given sources. Each channel is paired with the channel that shares most sources
 * with it; the remaining connections are paired source by source, so that few have no partner (in Table I, none). No
 * job has more than `max` sources, so that they stay in the first-level cache.
 */
export function planJobs(seen: readonly (readonly number[])[], max: number): Job[] {
  const jobs: Job[] = [];
  const started = new Set<number>();
  const add = (a: number, b: number, sources: readonly number[]): void => {
    for (const part of parts(sources, max)) {
      jobs.push({ a, b, sources: part, first: !started.has(a) });
      started.add(a).add(b);
    }
  };
  const left = seen.map((sources) => new Set(sources));
  for (const [a, b] of partners(seen)) {
    const shared = seen[a]!.filter((source) => left[b]!.has(source));
    add(a, b, shared);
    for (const source of shared) {
      left[a]!.delete(source);
      left[b]!.delete(source);
    }
  }
  // A channel without a partner must start from its bias, too.
  seen.forEach((_, channel) => {
    if (!started.has(channel)) add(channel, channel, []);
  });
  for (const source of new Set(seen.flat())) {
    const waiting = left.flatMap((sources, channel) => (sources.has(source) ? [channel] : []));
    for (let i = 0; i < waiting.length; i += 2) add(waiting[i]!, waiting[i + 1] ?? waiting[i]!, [source]);
  }
  return jobs;
}

/** Pairs of channels that share sources. Pairs that leave the fewest sources unshared are chosen first. */
export function partners(seen: readonly (readonly number[])[]): [number, number][] {
  // Without a connection table all channels see the same: neighbours are partners.
  if (seen.every((sources) => sources === seen[0])) {
    return Array.from({ length: Math.floor(seen.length / 2) }, (_, i) => [2 * i, 2 * i + 1]);
  }
  const sets = seen.map((sources) => new Set(sources));
  const candidates: { a: number; b: number; leftOver: number; shared: number }[] = [];
  for (let a = 0; a < seen.length; a++) {
    for (let b = a + 1; b < seen.length; b++) {
      const shared = seen[a]!.filter((source) => sets[b]!.has(source)).length;
      if (shared > 0) candidates.push({ a, b, shared, leftOver: seen[a]!.length + seen[b]!.length - 2 * shared });
    }
  }
  candidates.sort((x, y) => x.leftOver - y.leftOver || y.shared - x.shared || x.a - y.a || x.b - y.b);
  const taken = new Set<number>();
  const pairs: [number, number][] = [];
  for (const { a, b } of candidates) {
    if (taken.has(a) || taken.has(b)) continue;
    taken.add(a).add(b);
    pairs.push([a, b]);
  }
  return pairs;
}

/** `list` in equal parts of at most `max`; one empty part for an empty list. */
function parts(list: readonly number[], max: number): number[][] {
  const count = Math.max(1, Math.ceil(list.length / max));
  return Array.from({ length: count }, (_, i) =>
    list.slice(Math.floor((i * list.length) / count), Math.floor(((i + 1) * list.length) / count)),
  );
}

/** The jobs as records; `place` gives the word, or words, that a job's list has for a source. */
export function jobItems(
  jobs: readonly Job[],
  taps: number,
  place: (source: number) => number | readonly number[],
): ListItem<"Conv2dJob">[] {
  let weights = 0;
  return jobs.map(({ a, b, sources, first }) => {
    const tail = sources.flatMap(place);
    const fields = { a, b, weights, first: first ? 1 : 0, count: tail.length };
    weights += sources.length * taps * 2;
    return { fields, tail };
  });
}

/**
 * For each weight that a wasm kernel reads, in order, the index of the weight in the variable; -1 where a channel has
 * no partner. A job's weights are [sources][taps][2], or with `tapsFirst` [taps][sources][2].
 */
export function jobOrder(
  jobs: readonly Job[],
  taps: number,
  weightIndex: (tap: number, result: number, source: number) => number,
  tapsFirst = false,
): Int32Array {
  const order: number[] = [];
  for (const { a, b, sources } of jobs) {
    const [outer, inner] = tapsFirst ? [taps, sources.length] : [sources.length, taps];
    for (let i = 0; i < outer; i++) {
      for (let k = 0; k < inner; k++) {
        const [source, tap] = tapsFirst ? [sources[k]!, i] : [sources[i]!, k];
        order.push(weightIndex(tap, a, source), b === a ? -1 : weightIndex(tap, b, source));
      }
    }
  }
  return Int32Array.from(order);
}
