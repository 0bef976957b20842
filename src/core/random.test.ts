import { describe, expect, test } from "vitest";
import { hash32, random } from "./random.ts";

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const draw = (count: number, next: () => number) => Array.from({ length: count }, next);

describe("random", () => {
  test("the same seed and names give the same stream, others a different one", () => {
    const start = (...[seed, ...path]: Parameters<typeof random>) => {
      const stream = random(seed, ...path);
      return draw(4, () => stream.uniform()).join();
    };
    const streams = [start(1), start(2), start(1, "a"), start(1, "b"), start(1, "a", 0), start(1, "a", 1)];
    expect(new Set(streams).size).toBe(streams.length);
    expect(start(1, "a", 1)).toBe(streams[5]);
  });

  test("uniform: from 0 to 1, or between two limits, evenly", () => {
    const stream = random(3);
    const values = draw(4000, () => stream.uniform());
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    const parts = Array.from({ length: 10 }, (_, k) => values.filter((value) => Math.floor(10 * value) === k).length);
    expect(Math.min(...parts)).toBeGreaterThan(330);
    const between = draw(4000, () => stream.uniform(-3, 5));
    expect(Math.min(...between)).toBeGreaterThanOrEqual(-3);
    expect(Math.max(...between)).toBeLessThan(5);
    expect(mean(between)).toBeCloseTo(1, 0);
  });

  test("fill: the whole list, evenly between the limits", () => {
    const list = new Float64Array(4000);
    random(3).fill(list, 2, 6);
    expect(Math.min(...list)).toBeGreaterThanOrEqual(2);
    expect(Math.min(...list)).toBeLessThan(2.02);
    expect(Math.max(...list)).toBeLessThan(6);
    expect(Math.max(...list)).toBeGreaterThan(5.98);
    expect(Math.abs(mean([...list]) - 4)).toBeLessThan(0.05);
  });

  test("integer: each number from 0 to the count - 1 equally often", () => {
    const stream = random(4);
    const counts = [0, 0, 0];
    for (let i = 0; i < 3000; i++) counts[stream.integer(3)]++;
    expect(counts.reduce((a, b) => a + b)).toBe(3000);
    expect(Math.min(...counts)).toBeGreaterThan(900);
    expect(stream.integer(1)).toBe(0);
  });

  test("normal: mean 0, deviation 1, both tails", () => {
    const stream = random(5);
    const values = draw(10_000, () => stream.normal());
    expect(Math.abs(mean(values))).toBeLessThan(0.03);
    expect(mean(values.map((value) => value ** 2))).toBeCloseTo(1, 1);
    expect(mean(values.map((value) => (Math.abs(value) < 1 ? 1 : 0)))).toBeCloseTo(0.683, 1);
    expect(Math.min(...values)).toBeLessThan(-3);
    expect(Math.max(...values)).toBeGreaterThan(3);
  });

  test("shuffle: in place, each order equally often", () => {
    const counts = new Map<string, number>();
    const stream = random(6);
    for (let i = 0; i < 6000; i++) {
      const list = ["a", "b", "c"];
      expect(stream.shuffle(list)).toBe(list);
      counts.set(list.join(""), (counts.get(list.join("")) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(["abc", "acb", "bac", "bca", "cab", "cba"]);
    expect(Math.min(...counts.values())).toBeGreaterThan(880);
    expect(stream.shuffle([])).toEqual([]);
    expect(stream.shuffle(Uint32Array.of(7))).toEqual(Uint32Array.of(7));
  });

  test("a seed always gives the same bits", () => {
    const stream = random(1, "bits", 2);
    const list = new Float64Array(3);
    stream.fill(list, -1, 1);
    const drawn = [stream.uniform(), stream.uniform(-2, 7), stream.integer(1000), stream.normal(), ...list];
    expect([...drawn, ...stream.shuffle([0, 1, 2, 3, 4, 5, 6, 7]), stream.uniform()]).toMatchInlineSnapshot(`
      [
        0.4717324399114897,
        4.691362963235158,
        698,
        0.9517628804142272,
        -0.5971520254388452,
        -0.03997205616906285,
        -0.1855011060833931,
        2,
        6,
        0,
        5,
        7,
        1,
        4,
        3,
        0.5753684812873472,
      ]
    `);
  });
});

test("hash32: similar texts give unrelated numbers, the same on every machine", () => {
  expect([hash32(""), hash32("a"), hash32("b"), hash32("ab")]).toMatchInlineSnapshot(`
    [
      -1421968373,
      444641715,
      -2101059022,
      -1731435507,
    ]
  `);
  const hashes = Array.from({ length: 10_000 }, (_, i) => hash32(`[${i},"order"]`));
  expect(new Set(hashes).size).toBe(hashes.length);
  for (let bit = 0; bit < 32; bit++) {
    const ones = hashes.filter((hash) => (hash >>> bit) & 1).length;
    expect(Math.abs(ones - 5000)).toBeLessThan(250);
  }
});
