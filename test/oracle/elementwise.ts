import { type OracleOp, tensor } from "./tensor.ts";

/** A function of one number and its derivative. */
export interface Unary {
  f(x: number): number;
  slope(x: number): number;
}

export const unaries = {
  negative: () => ({ f: (x) => -x, slope: () => -1 }),
  abs: () => ({ f: Math.abs, slope: Math.sign }),
  square: () => ({ f: (x) => x * x, slope: (x) => 2 * x }),
  sqrt: () => ({ f: Math.sqrt, slope: (x) => 0.5 / Math.sqrt(x) }),
  exp: () => ({ f: Math.exp, slope: Math.exp }),
  log: () => ({ f: Math.log, slope: (x) => 1 / x }),
  reciprocal: () => ({ f: (x) => 1 / x, slope: (x) => -1 / x ** 2 }),
  power: (c = 1) => ({ f: (x) => x ** c, slope: (x) => c * x ** (c - 1) }),
  clip: (low = 0, high = 1) => ({
    f: (x) => Math.min(Math.max(x, low), high),
    slope: (x) => (x >= low && x <= high ? 1 : 0),
  }),
} as const satisfies Record<string, (...options: number[]) => Unary>;

/** A function of each element. */
export function unary({ f, slope }: Unary): OracleOp {
  return {
    forward: ([x]) => ({
      output: tensor(x.shape, x.data.map(f)),
      backward: (dOutput) => ({
        inputs: [
          tensor(
            x.shape,
            x.data.map((value, i) => slope(value) * dOutput.data[i]),
          ),
        ],
        weights: [],
      }),
    }),
  };
}
