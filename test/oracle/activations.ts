import type { ActivationName } from "../../src/ops/activations/table.ts";
import { followedBy } from "./network.ts";
import { type OracleOp, tensor } from "./tensor.ts";

/** Element by element: f(x), and its slope given x and y = f(x). */
export interface Elementwise {
  f(x: number): number;
  slope(x: number, y: number): number;
}

/** The logistic function. */
const logistic = (x: number) => 1 / (1 + Math.exp(-x));

/** The error function by its series (Abramowitz & Stegun 7.1.6), all of whose terms are positive. */
function erf(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; term !== 0 && n < 500; n++) sum += term *= (2 * x * x) / (2 * n + 1);
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}
/** The normal distribution function and its density. */
const normal = (x: number) => (1 + erf(x / Math.SQRT2)) / 2;
const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

/** Keras's ReLU layer: 0 at and below the threshold, plus a slope below, cut at maxValue. */
export function rectified(options: { maxValue?: number; negativeSlope?: number; threshold?: number }): Elementwise {
  const { maxValue = Number.POSITIVE_INFINITY, negativeSlope = 0, threshold = 0 } = options;
  return {
    f: (x) => (x > threshold ? Math.min(x, maxValue) : negativeSlope * (x - threshold)),
    slope: (x) => (x <= threshold ? negativeSlope : x < maxValue ? 1 : 0),
  };
}

/** x above 0, alpha (e^x - 1) below. The slope at 0 is alpha. */
export function eluOf(alpha: number): Elementwise {
  return {
    f: (x) => (x > 0 ? x : alpha * Math.expm1(x)),
    slope: (x) => (x > 0 ? 1 : alpha * Math.exp(x)),
  };
}

const SELU = 1.0507009873554805;

const elementwise: { readonly [Name in Exclude<ActivationName, "softmax" | "log_softmax">]: Elementwise } = {
  linear: { f: (x) => x, slope: () => 1 },
  /** The slope at 0 is 0, as in TensorFlow. */
  relu: { f: (x) => Math.max(x, 0), slope: (x) => (x > 0 ? 1 : 0) },
  /** Keras and the engine keep the slope as float32. */
  leaky_relu: rectified({ negativeSlope: Math.fround(0.2) }),
  relu6: rectified({ maxValue: 6 }),
  elu: eluOf(1),
  /** The slope at 0 is that above, as in TensorFlow. */
  selu: {
    f: (x) => SELU * eluOf(1.6732632423543772).f(x),
    slope: (x) => (x === 0 ? SELU : SELU * eluOf(1.6732632423543772).slope(x, 0)),
  },
  gelu: { f: (x) => x * normal(x), slope: (x) => normal(x) + x * density(x) },
  silu: { f: (x) => x * logistic(x), slope: (x) => logistic(x) * (1 + x * (1 - logistic(x))) },
  mish: {
    f: (x) => x * Math.tanh(Math.log1p(Math.exp(x))),
    slope(x) {
      const t = Math.tanh(Math.log1p(Math.exp(x)));
      return t + x * (1 - t * t) * logistic(x);
    },
  },
  softplus: { f: (x) => Math.log1p(Math.exp(x)), slope: logistic },
  softsign: { f: (x) => x / (1 + Math.abs(x)), slope: (x) => 1 / (1 + Math.abs(x)) ** 2 },
  exponential: { f: Math.exp, slope: Math.exp },
  sigmoid: { f: logistic, slope: (_, y) => y * (1 - y) },
  hard_sigmoid: {
    f: (x) => Math.min(Math.max(x + 3, 0), 6) / 6,
    slope: (x) => (x > -3 && x < 3 ? 1 / 6 : 0),
  },
  hard_silu: {
    f: (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6,
    slope: (x) => (x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 1 / 2),
  },
  tanh: { f: Math.tanh, slope: (_, y) => 1 - y * y },
  /** 1.7159 tanh(2x/3): LeCun et al. 1998, section II.B and appendix A. */
  scaled_tanh: {
    f: (x) => 1.7159 * Math.tanh((2 * x) / 3),
    slope: (x) => 1.7159 * (2 / 3) * (1 - Math.tanh((2 * x) / 3) ** 2),
  },
};

/** An activation, for any shape; softmax is over the last axis. */
export function activation(name: ActivationName): OracleOp {
  if (name === "softmax") return softmax();
  if (name === "log_softmax") return logSoftmax();
  return elementByElement(elementwise[name]);
}

/** The operation of a function and its slope. */
export function elementByElement({ f, slope }: Elementwise): OracleOp {
  return {
    forward([x]) {
      const output = { shape: x.shape, data: x.data.map(f) };
      return {
        output,
        backward(dOutput) {
          // output[i] = f(x[i])
          const dX = dOutput.data.map((d, i) => d * slope(x.data[i], output.data[i]));
          return { inputs: [{ shape: x.shape, data: dX }], weights: [] };
        },
      };
    },
  };
}

function softmax(): OracleOp {
  return {
    forward([x]) {
      const K = x.shape.at(-1)!;
      const output = tensor(x.shape);
      for (let start = 0; start < x.data.length; start += K) {
        const row = x.data.subarray(start, start + K);
        // A shift does not change the result; this one keeps exp from overflowing.
        const exps = row.map((value) => Math.exp(value - Math.max(...row)));
        const sum = exps.reduce((a, b) => a + b);
        for (let k = 0; k < K; k++) output.data[start + k] = exps[k] / sum;
      }
      return {
        output,
        backward(dOutput) {
          const dX = tensor(x.shape);
          // y[k] = exp(x[k]) / sum, so dy[k] / dx[j] = y[k] * ((k == j) - y[j])
          for (let start = 0; start < x.data.length; start += K)
            for (let j = 0; j < K; j++)
              for (let k = 0; k < K; k++) {
                const slope = output.data[start + k] * ((k === j ? 1 : 0) - output.data[start + j]);
                dX.data[start + j] += dOutput.data[start + k] * slope;
              }
          return { inputs: [dX], weights: [] };
        },
      };
    },
  };
}

/** The logarithm of softmax, as two operations. */
function logSoftmax(): OracleOp {
  return followedBy(softmax(), elementByElement({ f: Math.log, slope: (x) => 1 / x }));
}
