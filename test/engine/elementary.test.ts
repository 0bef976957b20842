import { expect, it } from "vitest";
import { cos, exp, ln, power, sin } from "../../src/core/elementary.ts";
import * as lenet5 from "../../src/index.ts";

/** The activation of each value, computed by a model. */
async function through(
  name: lenet5.ActivationName,
  values: Float32Array,
  numerics: lenet5.Numerics,
): Promise<Float32Array> {
  const x = lenet5.input({ shape: [1] });
  const model = lenet5.model({ inputs: x, outputs: lenet5.activation({ activation: name })(x), numerics });
  return (await model.predict({ shape: [values.length, 1], data: values })).data;
}

/** Values of these exponents, with both signs. */
function valuesOf(exponents: readonly number[], perExponent: number): Float32Array {
  const bits = new Uint32Array(2 * exponents.length * perExponent);
  let at = 0;
  for (const sign of [0, 1]) {
    for (const exponent of exponents) {
      for (let i = 0; i < perExponent; i++) {
        bits[at++] = ((sign << 31) | ((exponent + 127) << 23) | Math.floor(((i + 0.37) * 2 ** 23) / perExponent)) >>> 0;
      }
    }
  }
  return new Float32Array(bits.buffer);
}

/** The largest error in units in the last place of the exact result. */
function worstUlp(got: Float32Array, values: Float32Array, right: (x: number) => number): number {
  let worst = 0;
  got.forEach((value, i) => {
    const want = right(values[i]!);
    const ulp = 2 ** Math.max(-149, Math.floor(Math.log2(Math.abs(want) || 2 ** -149)) - 23);
    const error = Math.abs(value - want) / ulp;
    worst = Math.max(worst, Number.isNaN(error) ? Number.POSITIVE_INFINITY : error);
  });
  return worst;
}

const everyExponent = Array.from({ length: 254 }, (_, i) => i - 126);
/** Outside of these exponents, e^x is 1 + x, and tanh x is x or 1. */
const curved = [-8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6];
/** The floats whose tanh has the largest error, with and without fused multiply-add. */
const worst = [0.5101782083511353, 0.5162379741668701];
const values = Float32Array.from([[...valuesOf(everyExponent, 101)], [...valuesOf(curved, 5003)], worst].flat());
/** Below, e^x + 1 is 1 in float32, so that sigmoid is e^x. Above -87 e^x is not 0. */
const SIGMOID_IS_EXP = -17;
const LOWEST = -87;

it.each(["reproducible", "fast"] as const)(
  "tanh and e^x are right to two units in the last place, sigmoid to three, %s",
  async (numerics) => {
    expect(worstUlp(await through("tanh", values, numerics), values, Math.tanh)).toBeLessThan(2);
    const low = values.filter((x) => x > LOWEST && x < SIGMOID_IS_EXP);
    expect(low.length).toBeGreaterThan(10_000);
    expect(worstUlp(await through("sigmoid", low, numerics), low, Math.exp)).toBeLessThan(2);
    const usual = values.filter((x) => x > LOWEST);
    const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
    expect(worstUlp(await through("sigmoid", usual, numerics), usual, sigmoid)).toBeLessThan(3);
  },
);

it("activations of NaN and infinities are the same as in Keras", async () => {
  const odd = Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0);
  expect([...(await through("tanh", odd, "reproducible"))]).toEqual([Number.NaN, 1, -1, -0]);
  expect([...(await through("sigmoid", odd, "reproducible"))]).toEqual([Number.NaN, 1, 0, 0.5]);
  expect([...(await through("relu", odd, "reproducible"))].slice(0, 3)).toEqual([
    Number.NaN,
    Number.POSITIVE_INFINITY,
    0,
  ]);
});

it("the host's exp, ln, sin, cos and power agree with Math to float64 precision", () => {
  for (let i = 0; i < 2000; i++) {
    const x = (i - 1000) * 0.0377;
    expect(Math.abs(exp(x) / Math.exp(x) - 1)).toBeLessThan(1e-14);
    expect(Math.abs(sin(x) - Math.sin(x))).toBeLessThan(1e-14);
    expect(Math.abs(cos(x) - Math.cos(x))).toBeLessThan(1e-14);
    const positive = Math.exp(x);
    expect(Math.abs(ln(positive) - x)).toBeLessThan(1e-14 * Math.max(1, Math.abs(x)));
    expect(Math.abs(power(positive, 0.3) / positive ** 0.3 - 1)).toBeLessThan(1e-13);
  }
  expect(exp(-1000)).toBe(0);
  expect(exp(1000)).toBe(Number.POSITIVE_INFINITY);
  expect(ln(0)).toBe(Number.NEGATIVE_INFINITY);
  expect(ln(-1)).toBeNaN();
});
