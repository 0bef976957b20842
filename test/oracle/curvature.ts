import type { LossPass } from "./losses.ts";
import type { OracleNode } from "./network.ts";
import { type OracleOp, type Tensor64, tensor } from "./tensor.ts";

/** Second derivatives (or their estimate) of a loss by every weight, by node. */
export type WeightDiagonals = Record<string, Float64Array[]>;

type Weights = Readonly<Record<string, readonly Tensor64[]>>;
type LossOf = (output: Tensor64) => LossPass;

/**
 * The diagonal of the Gauss-Newton matrix as LeCun et al. 1998 estimate it (appendix C, eqs. 22 to 27), for one image:
 * a second backward pass in which every derivative of a unit by a unit or by a weight is squared. Each node is one
 * layer of units; the activation of a layer with weights must be a node of its own. No result is below 0.
 */
export function curvature(
  nodes: readonly OracleNode[],
  input: Tensor64,
  weights: Weights,
  loss: LossOf,
): WeightDiagonals {
  const activations: Record<string, Tensor64> = { input };
  const sources = (at: number) => nodes[at].inputs ?? [nodes[at - 1]?.name ?? "input"];
  const argumentsOf = (at: number) => sources(at).map((name) => activations[name]);
  nodes.forEach(({ name, op }, at) => {
    activations[name] = op.forward(argumentsOf(at), weights[name] ?? []).output;
  });
  const h: Record<string, Float64Array> = {};
  for (const [name, { data }] of Object.entries(activations)) h[name] = new Float64Array(data.length);
  const last = nodes.at(-1)!.name;
  const hessian = hessianOf(loss, activations[last]);
  h[last].set(hessian.map((row, k) => Math.max(0, row[k])));
  const slopes = loss(activations[last]).backward().data;

  const diagonals: WeightDiagonals = {};
  for (const [at, { name, op }] of [...nodes.entries()].reverse()) {
    const own = squares(op, argumentsOf(at), weights[name] ?? [], h[name]);
    // For units of distances, add the slope of the loss times their own second derivative.
    if (op.isQuadratic && name === last) addCurved(own, op, argumentsOf(at), weights[name] ?? [], slopes);
    diagonals[name] = own.weights;
    sources(at).forEach((source, i) => {
      for (const [j, value] of own.inputs[i].entries()) h[source][j] += value;
    });
  }
  return diagonals;
}

/**
 * The exact diagonal of J^T H J, J the derivatives of the last node's output by the weights, H the loss's Hessian
 * there.
 */
export function gaussNewton(
  run: { output: Tensor64; backward(dOutput: Tensor64): { weights: Record<string, Tensor64[]> } },
  loss: LossOf,
): WeightDiagonals {
  const { output, backward } = run;
  const hessian = hessianOf(loss, output);
  const rows = hessian.map((_, k) => backward(oneAt(output, k)).weights);
  const diagonals: WeightDiagonals = {};
  for (const [name, own] of Object.entries(rows[0])) {
    diagonals[name] = own.map(({ data }, w) =>
      data.map((_, i) => {
        let sum = 0;
        for (const [a, row] of hessian.entries())
          for (const [b, value] of row.entries()) sum += rows[a][name][w].data[i] * value * rows[b][name][w].data[i];
        return sum;
      }),
    );
  }
  return diagonals;
}

/** The mean over images, each times its weight. */
export function meanOf(diagonals: readonly WeightDiagonals[], sampleWeights?: ArrayLike<number>): WeightDiagonals {
  const mean: WeightDiagonals = {};
  for (const name of Object.keys(diagonals[0])) {
    mean[name] = diagonals[0][name].map(({ length }, w) => {
      const sum = new Float64Array(length);
      for (const [n, one] of diagonals.entries())
        for (let i = 0; i < length; i++) sum[i] += ((sampleWeights?.[n] ?? 1) * one[name][w][i]) / diagonals.length;
      return sum;
    });
  }
  return mean;
}

interface Squares {
  inputs: Float64Array[];
  weights: Float64Array[];
}

/** For every input and weight, the sum over the outputs o of h[o] (the derivative of output o by it)^2. */
function squares(op: OracleOp, inputs: readonly Tensor64[], weights: readonly Tensor64[], h: Float64Array): Squares {
  const pass = op.forward(inputs, weights);
  const sums = zeros(pass.backward(oneAt(pass.output, 0)));
  for (const [o, factor] of h.entries()) {
    if (factor === 0) continue;
    const row = pass.backward(oneAt(pass.output, o));
    for (const kind of ["inputs", "weights"] as const)
      for (const [i, { data }] of row[kind].entries())
        for (const [j, d] of data.entries()) sums[kind][i][j] += factor * d * d;
  }
  return sums;
}

/** Adds the second derivatives of the inner product of output and slopes, by differences; negative results become 0. */
function addCurved(
  to: Squares,
  op: OracleOp,
  inputs: readonly Tensor64[],
  weights: readonly Tensor64[],
  slopes: Float64Array,
): void {
  const gradients = (moved: Float64Array, at: number, by: number) => {
    const before = moved[at];
    moved[at] = before + by;
    const { output, backward } = op.forward(inputs, weights);
    const all = backward(tensor(output.shape, slopes));
    moved[at] = before;
    return all;
  };
  for (const [kind, tensors] of [
    ["inputs", inputs],
    ["weights", weights],
  ] as const)
    to[kind].forEach((sums, i) => {
      for (let j = 0; j < sums.length; j++) {
        const [above, below] = [STEP, -STEP].map((by) => gradients(tensors[i].data, j, by)[kind][i].data[j]);
        sums[j] = Math.max(0, sums[j] + (above - below) / (2 * STEP));
      }
    });
}

/** The step of a central difference of a gradient, as in gradient-check.ts. */
const STEP = 1e-5;

/** The loss's second derivatives by the outputs of one image, by differences of its gradient. */
function hessianOf(loss: LossOf, output: Tensor64): number[][] {
  const gradientAt = (k: number, by: number) => {
    const moved = tensor(output.shape, output.data);
    moved.data[k] += by;
    return loss(moved).backward().data;
  };
  return Array.from(output.data, (_, k) => {
    const [above, below] = [gradientAt(k, STEP), gradientAt(k, -STEP)];
    return Array.from(above, (value, i) => (value - below[i]) / (2 * STEP));
  });
}

function oneAt({ shape }: Tensor64, index: number): Tensor64 {
  const one = tensor(shape);
  one.data[index] = 1;
  return one;
}

function zeros(like: { inputs: Tensor64[]; weights: Tensor64[] }): Squares {
  const empty = ({ data }: Tensor64) => new Float64Array(data.length);
  return { inputs: like.inputs.map(empty), weights: like.weights.map(empty) };
}
