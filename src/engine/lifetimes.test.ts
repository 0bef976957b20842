import { describe, expect, it, test } from "vitest";
import { random } from "../core/random.ts";
import { type Lifetime, placeByLifetime } from "./lifetimes.ts";

const buffer = (bytes: number, first: number, last: number): Lifetime => ({ bytes, first, last, at: -1 });

/** The most bytes that are in use at a time. */
function mostInUse(buffers: readonly Lifetime[]): number {
  const changes = buffers.flatMap(({ bytes, first, last }) => [
    { at: first, bytes },
    { at: last + 0.5, bytes: -bytes },
  ]);
  let [most, now] = [0, 0];
  for (const change of changes.sort((a, b) => a.at - b.at)) {
    now += change.bytes;
    most = Math.max(most, now);
  }
  return most;
}

function expectApart(buffers: readonly Lifetime[], needed: number): void {
  for (const [i, a] of buffers.entries()) {
    expect(a.at).toBeGreaterThanOrEqual(0);
    expect(a.at + a.bytes).toBeLessThanOrEqual(needed);
    const rival = buffers.find(
      (b, k) => k > i && a.first <= b.last && b.first <= a.last && a.at < b.at + b.bytes && b.at < a.at + a.bytes,
    );
    expect(rival, `overlaps number ${i}`).toBeUndefined();
  }
}

describe.each([50, 2500])("%i buffers of random sizes and lifetimes", (count) => {
  it.each([1, 2, 3])("do not overlap and waste little (seed %i)", (seed) => {
    const numbers = random(seed, "lifetimes");
    const buffers = Array.from({ length: count }, () => {
      const first = numbers.integer(count) - 1;
      const last = numbers.integer(20) === 0 ? Number.POSITIVE_INFINITY : first + numbers.integer(10);
      return buffer(64 * (1 + numbers.integer(30)), first, last);
    });
    const needed = placeByLifetime(buffers);
    expectApart(buffers, needed);
    expect(needed).toBeLessThan(1.5 * mostInUse(buffers));
  });
});

test.each([
  ["a chain of layers", (i: number, count: number) => buffer(64, i, Math.min(i + 1, count))],
  ["a chain with a backward pass", (i: number, count: number) => buffer(64, i, 2 * count - i)],
])("%s of 100,000 layers is placed in little time without waste", (_, make) => {
  const buffers = Array.from({ length: 100_000 }, (_, i) => make(i, 100_000));
  const start = performance.now();
  expect(placeByLifetime(buffers)).toBe(mostInUse(buffers));
  expect(performance.now() - start).toBeLessThan(5000); // 0.2 s; 60 s if it grew with the square
});
