import type { ActivationName } from "../../src/ops/activations/table.ts";
import { type OracleOp, tensor } from "./tensor.ts";

/** Element by element: f(x), and its slope given x and y = f(x). */
interface Elementwise {
  f(x: number): number;
  slope(x: number, y: number): number;
}

const elementwise: { readonly [Name in Exclude<ActivationName, "softmax">]: Elementwise } = {
  linear: { f: (x) => x, slope: () => 1 },
  /** The slope at 0 is 0, as in TensorFlow. */
  relu: { f: (x) => Math.max(x, 0), slope: (x) => (x > 0 ? 1 : 0) },
  sigmoid: { f: (x) => 1 / (1 + Math.exp(-x)), slope: (_, y) => y * (1 - y) },
  tanh: { f: Math.tanh, slope: (_, y) => 1 - y * y },
  /** 1.7159 tanh(2x/3): LeCun et al. 1998, section II.B and appendix A. */
  scaledTanh: {
    f: (x) => 1.7159 * Math.tanh((2 * x) / 3),
    slope: (x) => 1.7159 * (2 / 3) * (1 - Math.tanh((2 * x) / 3) ** 2),
  },
};

/** An activation, for any shape; softmax is over the last axis. */
export function activation(name: ActivationName): OracleOp {
  if (name === "softmax") return softmax();
  const { f, slope } = elementwise[name];
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
