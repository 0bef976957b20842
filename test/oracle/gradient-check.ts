import type { Random } from "../../src/core/random.ts";
import { type OracleOp, type Tensor64, tensor } from "./tensor.ts";

/**
 * The error of the backward pass: compares the slope of inner(projection, output) along one random direction of all
 * inputs and trainable weights with its central difference, so that every gradient entry takes part in one number (as
 * HIPS/autograd's test_util.py does). Returns the difference as a share of the summed sizes of the slope's terms.
 *
 * `step` = 1e-5 balances the two errors of a central difference in float64, step^2 (curvature) and 1e-16 / step
 * (rounding): about 1e-10 is left. The caller keeps inputs further than `step` from kinks.
 */
export function gradientError(
  op: OracleOp,
  inputs: readonly Tensor64[],
  weights: readonly Tensor64[],
  random: Random,
  step = 1e-5,
): number {
  const { output, backward } = op.forward(inputs, weights);
  const projection = normals(output.shape, random);
  const gradients = backward(projection);
  const inputDirections = inputs.map(({ shape }) => normals(shape, random));
  const weightDirections = gradients.weights.map((_, i) => normals(weights[i].shape, random));

  const projected = (t: number): number =>
    dot(projection, op.forward(moved(inputs, inputDirections, t), moved(weights, weightDirections, t)).output).sum;
  const difference = (projected(step) - projected(-step)) / (2 * step);

  let slope = 0;
  let size = 0;
  for (const [kind, directions] of [
    ["inputs", inputDirections],
    ["weights", weightDirections],
  ] as const) {
    for (const [i, direction] of directions.entries()) {
      const part = dot(gradients[kind][i], direction);
      slope += part.sum;
      size += part.size;
    }
  }
  return Math.abs(slope - difference) / size;
}

/** Normally distributed values. */
export function normals(shape: readonly number[], random: Random): Tensor64 {
  const made = tensor(shape);
  return { shape, data: made.data.map(() => random.normal()) };
}

/** Values 0.1 apart in random order, none of them nearer to 0 than 0.05: no ties for max, no kink for ReLU. */
export function apart(shape: readonly number[], random: Random): Tensor64 {
  const { length } = tensor(shape).data;
  const order = random.shuffle(Array.from({ length }, (_, i) => i));
  return tensor(
    shape,
    order.map((rank) => (rank - Math.floor(length / 2) + 0.5) / 10),
  );
}

/** Weights without a direction (the moving statistics) stay where they are. */
function moved(from: readonly Tensor64[], directions: readonly Tensor64[], t: number): Tensor64[] {
  return from.map(({ shape, data }, i) => ({ shape, data: data.map((v, j) => v + t * (directions[i]?.data[j] ?? 0)) }));
}

function dot(a: Tensor64, b: Tensor64): { sum: number; size: number } {
  let sum = 0;
  let size = 0;
  for (const [i, value] of a.data.entries()) {
    sum += value * b.data[i];
    size += Math.abs(value * b.data[i]);
  }
  return { sum, size };
}
