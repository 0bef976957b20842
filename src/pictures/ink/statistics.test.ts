import fc from "fast-check";
import { expect, test } from "vitest";
import { random } from "../../core/random.ts";
import { noiseOf, quantile } from "./statistics.ts";

test("a quantile is the value that sorting finds", () =>
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (list, part) => {
        const values = Float32Array.from(list);
        const sorted = values.toSorted();
        expect(quantile(values, part)).toBe(sorted[Math.floor(part * (list.length - 1))]);
        expect([...values]).toEqual([...Float32Array.from(list)]); // left as they are
      },
    ),
  ));

test("no values: 0", () => {
  expect([quantile(new Float32Array(), 0.5), noiseOf(new Float32Array(2))]).toEqual([0, 0]);
});

test("the noise of a grey, also where black cuts it off; edges of lines are no noise", () => {
  const stream = random(1, "noise");
  const noise = Float32Array.from({ length: 9000 }, () => 0.02 * stream.normal());
  expect(noiseOf(noise.map((value) => value + 0.5))).toBeCloseTo(0.02, 3);
  expect(noiseOf(noise.map((value) => Math.max(0, value - 0.012)))).toBeGreaterThan(0.008);
  expect(noiseOf(Float32Array.from({ length: 9000 }, (_, i) => (i % 10 < 2 ? 1 : 0)))).toBe(0);
});
