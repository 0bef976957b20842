import { type OracleOp, type Pass, type Tensor64, tensor } from "./tensor.ts";

/** A function of two numbers, and its derivatives by each. */
export interface Binary {
  f(a: number, b: number): number;
  da(a: number, b: number): number;
  db(a: number, b: number): number;
}

export const binaries = {
  add: { f: (a, b) => a + b, da: () => 1, db: () => 1 },
  subtract: { f: (a, b) => a - b, da: () => 1, db: () => -1 },
  multiply: { f: (a, b) => a * b, da: (_, b) => b, db: (a) => a },
  divide: { f: (a, b) => a / b, da: (_, b) => 1 / b, db: (a, b) => -a / b ** 2 },
  maximum: { f: Math.max, da: (a, b) => (a >= b ? 1 : 0), db: (a, b) => (a >= b ? 0 : 1) },
  minimum: { f: Math.min, da: (a, b) => (a <= b ? 1 : 0), db: (a, b) => (a <= b ? 0 : 1) },
} as const satisfies Record<string, Binary>;

/**
 * An operation on two inputs [N, ...], of which an axis may be 1 or missing. Missing axes are in front, behind the batch.
 */
export function binary({ f, da, db }: Binary): OracleOp {
  return {
    forward([a, b]) {
      const rank = Math.max(a.shape.length, b.shape.length) - 1;
      const [A, B] = [a, b].map(({ shape }) => padded(shape, rank));
      const whole = A.map((size, axis) => Math.max(size, B[axis]));
      const [atA, atB] = [A, B].map((small) => indicesIn(whole, small));
      const output = tensor(whole);
      for (const i of output.data.keys()) output.data[i] = f(a.data[atA[i]], b.data[atB[i]]);
      return {
        output,
        backward(dOutput) {
          const [ga, gb] = [tensor(a.shape), tensor(b.shape)];
          for (const [i, d] of dOutput.data.entries()) {
            const [u, v] = [a.data[atA[i]], b.data[atB[i]]];
            ga.data[atA[i]] += d * da(u, v);
            gb.data[atB[i]] += d * db(u, v);
          }
          return { inputs: [ga, gb], weights: [] };
        },
      };
    },
  };
}

/** A binary operation on the first two inputs, its result and the third, and so on. */
export function folded(operation: Binary, scale: (count: number) => number = () => 1): OracleOp {
  const pair = binary(operation);
  return {
    forward(inputs) {
      const factor = scale(inputs.length);
      const passes: Pass[] = [];
      let output: Tensor64 = inputs[0];
      for (const input of inputs.slice(1)) {
        const pass = pair.forward([output, input], []);
        passes.push(pass);
        output = pass.output;
      }
      const scaled = (x: Tensor64) =>
        tensor(
          x.shape,
          x.data.map((value) => value * factor),
        );
      return {
        output: scaled(output),
        backward(dOutput) {
          let d = scaled(dOutput);
          const gradients: Tensor64[] = [];
          for (const pass of passes.toReversed()) {
            const [first, second] = pass.backward(d).inputs;
            gradients.unshift(second);
            d = first;
          }
          return { inputs: [d, ...gradients], weights: [] };
        },
      };
    },
  };
}

export type Reduction = "sum" | "mean" | "max";

/** The sum, mean or maximum over some axes (0 is the batch, which stays). Equal maxima share the gradient. */
export function reduction(kind: Reduction, axes: readonly number[], keepdims: boolean): OracleOp {
  return {
    forward([x]) {
      const small = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
      const at = indicesIn(x.shape, small);
      const whole = tensor(small);
      const members: number[][] = Array.from(whole.data, () => []);
      for (const [i, to] of at.entries()) members[to].push(i);
      const values = members.map((list) => list.map((i) => x.data[i]));
      const scale = (list: readonly unknown[]) => (kind === "mean" ? 1 / list.length : 1);
      const results = values.map((list) =>
        kind === "max" ? Math.max(...list) : list.reduce((sum, value) => sum + value, 0) * scale(list),
      );
      const kept = x.shape.filter((_, axis) => !axes.includes(axis));
      const shape = keepdims ? small : kept.length === 1 ? [...kept, 1] : kept;
      return {
        output: tensor(shape, results),
        backward(dOutput) {
          const d = tensor(x.shape);
          for (const [to, list] of members.entries()) {
            const best = list.filter((i) => x.data[i] === results[to]);
            for (const i of kind === "max" ? best : list) {
              d.data[i] = dOutput.data[to] * (kind === "max" ? 1 / best.length : scale(list));
            }
          }
          return { inputs: [d], weights: [] };
        },
      };
    },
  };
}

function padded(shape: readonly number[], rank: number): number[] {
  const [N, ...own] = shape;
  return [N, ...Array.from({ length: rank - own.length }, () => 1), ...own];
}

/** For each index of an array of shape `whole`, the index in one of shape `small` with axes of size 1. */
function indicesIn(whole: readonly number[], small: readonly number[]): Int32Array {
  const { length } = tensor(whole).data;
  return Int32Array.from({ length }, (_, index) => {
    let rest = index;
    let at = 0;
    let stride = 1;
    for (let axis = whole.length - 1; axis >= 0; axis--) {
      const place = rest % whole[axis];
      rest = Math.floor(rest / whole[axis]);
      at += small[axis] === 1 ? 0 : place * stride;
      stride *= small[axis];
    }
    return at;
  });
}
