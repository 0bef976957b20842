import type { ActivationName } from "../../../ops/activations/table.ts";
import type { Prepare } from "./value.ts";

const logistic = (x: number) => 1 / (1 + Math.exp(-x));
/** The rational function that Eigen takes (MathFunctionsImpl.h), to 3e-7: Math.tanh takes several times as long. */
function tanh(given: number): number {
  const x = Math.max(-7.905311107635498, Math.min(7.905311107635498, given));
  const s = x * x;
  let p = 2.00018790482477e-13 - 2.76076847742355e-16 * s;
  p = 5.12229709037114e-8 + s * (s * p - 8.60467152213735e-11);
  p = 4.89352455891786e-3 + s * (6.37261928875436e-4 + s * (1.48572235717979e-5 + s * p));
  const q = 4.89352518554385e-3 + s * (2.268434632439e-3 + s * (1.18534705686654e-4 + s * 1.19825839466702e-6));
  return (x * p) / q;
}
const softplus = (x: number) => (x > 30 ? x : Math.log1p(Math.exp(x)));
const elu = (x: number) => (x > 0 ? x : Math.expm1(x));
const sixth = (x: number) => Math.min(Math.max(x + 3, 0), 6) / 6;

/** (1 + erf(x / sqrt 2)) / 2. */
function normal(x: number): number {
  return x < -6 ? 0 : x > 6 ? 1 : (1 + erf(x / Math.SQRT2)) / 2;
}

/** The error function by its series, all of whose terms are positive (Abramowitz & Stegun 7.1.6). */
function erf(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

const functions: {
  readonly [Name in Exclude<ActivationName, "softmax" | "log_softmax">]: (x: number) => number;
} = {
  linear: (x) => x,
  relu: (x) => Math.max(x, 0),
  leaky_relu: (x) => (x > 0 ? x : Math.fround(0.2) * x),
  relu6: (x) => Math.min(Math.max(x, 0), 6),
  elu,
  selu: (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x)),
  gelu: (x) => x * normal(x),
  silu: (x) => x * logistic(x),
  mish: (x) => x * tanh(softplus(x)),
  softplus,
  softsign: (x) => x / (1 + Math.abs(x)),
  exponential: Math.exp,
  sigmoid: logistic,
  hard_sigmoid: sixth,
  hard_silu: (x) => x * sixth(x),
  tanh,
  scaled_tanh: (x) => 1.7159 * tanh((2 * x) / 3),
};

export const activate: Prepare<"activate"> = ({ with: name }, values) => {
  const [input, result] = [values.inputs[0]!.data, values.output.data];
  if (name !== "softmax" && name !== "log_softmax") {
    const f = functions[name];
    return () => {
      for (let i = 0; i < result.length; i++) result[i] = f(input[i]!);
    };
  }
  const channels = values.output.shape.at(-1)!;
  return () => {
    for (let start = 0; start < result.length; start += channels) {
      const row = input.subarray(start, start + channels);
      // A shift does not change the result; this one keeps exp from overflowing.
      const most = row.reduce((a, b) => Math.max(a, b));
      const sum = row.reduce((total, value) => total + Math.exp(value - most), 0);
      for (let k = 0; k < channels; k++)
        result[start + k] = name === "softmax" ? Math.exp(row[k]! - most) / sum : row[k]! - most - Math.log(sum);
    }
  };
};

/** What changes each number by itself. */
const elementwise = <Name extends "rectify" | "elu">(
  functionOf: (step: Parameters<Prepare<Name>>[0]) => (x: number) => number,
): Prepare<Name> => {
  return (step, { inputs: [x], output: { data } }) => {
    const f = functionOf(step);
    return () => {
      for (let i = 0; i < data.length; i++) data[i] = f(x!.data[i]!);
    };
  };
};

export const rectify = elementwise<"rectify">(
  ({ slope, threshold, most = Number.POSITIVE_INFINITY }) =>
    (x) =>
      x > threshold ? Math.min(x, most) : slope * (x - threshold),
);

export const eluOf = elementwise<"elu">(
  ({ alpha }) =>
    (x) =>
      x > 0 ? x : alpha * Math.expm1(x),
);
