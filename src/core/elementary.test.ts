import { expect, test } from "vitest";
import { cos, exp, ln, power, sin, wholePower } from "./elementary.ts";
import { hash32 } from "./random.ts";

/** `count` numbers from `low` to `high`, ends included. */
const spread = (low: number, high: number, count: number) =>
  Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));

/** Largest error, in units of 2^-52 of the right answer or of 1 where that is smaller. */
const worst = (values: readonly number[], got: (x: number) => number, right: (x: number) => number) =>
  Math.max(...values.map((x) => Math.abs(got(x) - right(x)) / Math.max(1, Math.abs(right(x))) / Number.EPSILON));

test("e^x: equals Math.exp except for the last bits; limits", () => {
  expect(worst(spread(-20, 20, 2001), exp, Math.exp)).toBeLessThan(12);
  expect([exp(0), exp(Number.NaN), exp(-746), exp(-1e300)]).toEqual([1, Number.NaN, 0, 0]);
  expect([exp(710), exp(Number.POSITIVE_INFINITY), exp(Number.NEGATIVE_INFINITY)]).toEqual([Infinity, Infinity, 0]);
  expect(exp(709.78) / Math.exp(709.78)).toBeCloseTo(1, 12);
  expect(exp(-700) / Math.exp(-700)).toBeCloseTo(1, 12);
});

test("ln x: equals Math.log except for the last bits; limits", () => {
  const values = [...spread(0.01, 5, 2001), 1e-300, 5e-324, 1e300, Number.MAX_VALUE];
  expect(worst(values, ln, Math.log)).toBeLessThan(4);
  expect([ln(1), ln(0), ln(-0), ln(-1), ln(Number.NaN)]).toEqual([0, -Infinity, -Infinity, Number.NaN, Number.NaN]);
  expect([ln(Infinity), ln(-Infinity)]).toEqual([Infinity, Number.NaN]);
});

test("sines and cosines of every quarter, both signs", () => {
  const values = spread(-30, 30, 3001);
  expect(worst(values, sin, Math.sin)).toBeLessThan(12);
  expect(worst(values, cos, Math.cos)).toBeLessThan(24);
});

test("powers", () => {
  expect(
    worst(
      spread(0.1, 4, 100),
      (x) => power(x, 2.5),
      (x) => x ** 2.5,
    ),
  ).toBeLessThan(24);
  expect([0, 1, 2, 3, 10, 21].map((n) => wholePower(3, n))).toEqual([1, 3, 9, 27, 59_049, 10_460_353_203]);
  expect(wholePower(0.5, 1074)).toBe(5e-324);
});

test("results have fixed bits", () => {
  const values = [...spread(-3, 3, 301), Math.SQRT2, Math.SQRT1_2, 1e-9, 1e9];
  const bits = (f: (x: number) => number, of = values) => hash32(of.map(f).join());
  expect({
    exp: bits(exp),
    ln: bits((x) => ln(Math.abs(x))),
    sin: bits(sin),
    cos: bits(cos),
    power: bits((x) => power(Math.abs(x), 0.7)),
  }).toMatchInlineSnapshot(`
    {
      "cos": -505422185,
      "exp": 1832337875,
      "ln": 232440729,
      "power": -859512651,
      "sin": -255071271,
    }
  `);
});
