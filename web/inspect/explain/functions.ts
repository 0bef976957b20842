/** The functions behind the names of activations. */
import type { ActivationName } from "lenet5";

export interface Squashing {
  /** With x for the number that comes in. */
  readonly formula: string;
  f(x: number): number;
}

const logistic = (x: number) => 1 / (1 + Math.exp(-x));
/** The engine keeps it as float32. */
const LEAKY = Math.fround(0.2);
const SELU = { scale: 1.0507009873554805, alpha: 1.6732632423543772 };

/** The error function by its series (Abramowitz & Stegun 7.1.6), whose terms are positive; 1 where it is so in float64. */
function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

export const squashings: { readonly [Name in Exclude<ActivationName, "softmax" | "log_softmax">]: Squashing } = {
  linear: { formula: "x", f: (x) => x },
  relu: { formula: "max(x, 0)", f: (x) => Math.max(x, 0) },
  leaky_relu: { formula: "x, or 0.2x below 0", f: (x) => (x > 0 ? x : LEAKY * x) },
  relu6: { formula: "min(max(x, 0), 6)", f: (x) => Math.min(Math.max(x, 0), 6) },
  elu: { formula: "x, or eˣ − 1 below 0", f: (x) => (x > 0 ? x : Math.expm1(x)) },
  selu: {
    formula: "1.0507x, or 1.7581(eˣ − 1) below 0",
    f: (x) => SELU.scale * (x > 0 ? x : SELU.alpha * Math.expm1(x)),
  },
  gelu: { formula: "x(1 + erf(x / √2)) / 2", f: (x) => (x * (1 + erf(x / Math.SQRT2))) / 2 },
  silu: { formula: "x / (1 + e⁻ˣ)", f: (x) => x * logistic(x) },
  mish: { formula: "x tanh(ln(1 + eˣ))", f: (x) => x * Math.tanh(softplus(x)) },
  softplus: { formula: "ln(1 + eˣ)", f: softplus },
  softsign: { formula: "x / (1 + |x|)", f: (x) => x / (1 + Math.abs(x)) },
  exponential: { formula: "eˣ", f: Math.exp },
  sigmoid: { formula: "1 / (1 + e⁻ˣ)", f: logistic },
  hard_sigmoid: { formula: "(x + 3) / 6, kept from 0 to 1", f: hardSigmoid },
  hard_silu: { formula: "x(x + 3) / 6, the factor kept from 0 to 1", f: (x) => x * hardSigmoid(x) },
  tanh: { formula: "tanh(x)", f: Math.tanh },
  scaled_tanh: { formula: "1.7159 tanh(2x / 3)", f: (x) => 1.7159 * Math.tanh((2 * x) / 3) },
};

function hardSigmoid(x: number): number {
  return Math.min(Math.max(x + 3, 0), 6) / 6;
}

/** ln(1 + e^x), without an infinite e^x. */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
