import { expect, it } from "vitest";
import { cos, exp, ln, power, sin } from "../../src/core/elementary.ts";
import * as lenet5 from "../../src/index.ts";
import { activationNames } from "../../src/ops/activations/table.ts";
import { activation as oracleActivation } from "../oracle/activations.ts";
import { tensor } from "../oracle/tensor.ts";
import { outputsForAny } from "./any-numbers.ts";

/** The activation of each value, computed by a model. */
async function through(
  name: lenet5.ActivationName,
  values: Float32Array,
  numerics: lenet5.Numerics,
): Promise<Float32Array> {
  const x = lenet5.input({ shape: [1] });
  const model = lenet5.model({ inputs: x, outputs: lenet5.activation({ activation: name })(x), numerics });
  return outputsForAny(model, values);
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

/** ln(1 + e^x) in float64, without cancellation. */
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** The tail of the normal distribution beyond a > 4, by its continued fraction (Abramowitz & Stegun 26.2.14). */
function normalTail(a: number): number {
  let fraction = a;
  for (let n = 60; n >= 1; n--) fraction = a + n / fraction;
  return Math.exp((-a * a) / 2) / Math.sqrt(2 * Math.PI) / fraction;
}

it.each(["reproducible", "fast"] as const)(
  "the other activations are right to five units in the last place, gelu to ten, also in their tails, %s",
  async (numerics) => {
    const wide = values.filter((x) => x > -85 && x < 85);
    const worstOf = async (name: lenet5.ActivationName, right: (x: number) => number, on = wide) =>
      worstUlp(await through(name, on, numerics), on, right);
    expect(await worstOf("exponential", Math.exp)).toBeLessThan(5);
    expect(await worstOf("elu", (x) => (x > 0 ? x : Math.expm1(x)))).toBeLessThan(5);
    expect(await worstOf("softplus", softplus)).toBeLessThan(5);
    expect(await worstOf("softsign", (x) => x / (1 + Math.abs(x)))).toBeLessThan(5);
    expect(await worstOf("silu", (x) => x / (1 + Math.exp(-x)))).toBeLessThan(5);
    expect(await worstOf("mish", mishOf)).toBeLessThan(5);
    const tail = wide.filter((x) => x < -4 && x > -13);
    expect(tail.length).toBeGreaterThan(1000);
    expect(await worstOf("gelu", (x) => x * normalTail(-x), tail)).toBeLessThan(10);
    const centre = wide.filter((x) => Math.abs(x) < 4);
    expect(await worstOf("gelu", oracleGelu, centre)).toBeLessThan(10);
  },
);

/** x tanh(ln(1 + e^x)), with n / (n + 2) and n = e^x (e^x + 2) for the tanh below 0, where 1 + e^x loses digits. */
function mishOf(x: number): number {
  const n = Math.exp(x) * (Math.exp(x) + 2);
  return x < 0 ? (x * n) / (n + 2) : x * Math.tanh(softplus(x));
}

const oracleGelu = (x: number) => oracleActivation("gelu").forward([tensor([1], [x])], []).output.data[0];

it("activations of NaN and infinities are the same as in Keras", async () => {
  const odd = Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0);
  expect([...(await through("tanh", odd, "reproducible"))]).toEqual([Number.NaN, 1, -1, -0]);
  expect([...(await through("sigmoid", odd, "reproducible"))]).toEqual([Number.NaN, 1, 0, 0.5]);
  expect([...(await through("relu", odd, "reproducible"))].slice(0, 3)).toEqual([
    Number.NaN,
    Number.POSITIVE_INFINITY,
    0,
  ]);
  for (const name of activationNames) expect((await through(name, odd, "reproducible"))[0], name).toBeNaN();
  const ends = async (name: lenet5.ActivationName) => [...(await through(name, odd, "reproducible"))].slice(1, 3);
  const infinity = Number.POSITIVE_INFINITY;
  expect(await ends("exponential")).toEqual([infinity, 0]);
  expect(await ends("softplus")).toEqual([infinity, 0]);
  expect(await ends("leaky_relu")).toEqual([infinity, -infinity]);
  expect(await ends("relu6")).toEqual([6, 0]);
  expect(await ends("elu")).toEqual([infinity, -1]);
  expect(await ends("hard_sigmoid")).toEqual([1, 0]);
  expect((await ends("gelu"))[0]).toBe(infinity);
  expect((await ends("silu"))[0]).toBe(infinity);
  expect((await ends("mish"))[0]).toBe(infinity);
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
