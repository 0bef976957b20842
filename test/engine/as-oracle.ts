import type { Shape, Tensor } from "../../src/core/tensor.ts";
import { type Layer, type Loss, type LossName, type Model, type Optimizer, rbfMap, sgd } from "../../src/index.ts";
import { type ActivationName, activation } from "../oracle/activation.ts";
import { channelSlice, concatenate, flatten, zeroPadding2d } from "../oracle/arrangement.ts";
import { conv2d } from "../oracle/convolution.ts";
import { dense } from "../oracle/dense.ts";
import { add, rescaling } from "../oracle/elementwise.ts";
import {
  categoricalCrossentropy,
  type LossPass,
  meanSquaredError,
  rbfMaximumAPosteriori,
  rbfMeanSquaredError,
  sparseCategoricalCrossentropy,
} from "../oracle/losses.ts";
import { followedBy, type OracleNode } from "../oracle/network.ts";
import { batchNormalization } from "../oracle/normalization.ts";
import { averagePooling2d, globalAveragePooling2d, maxPooling2d, subsampling2d } from "../oracle/pooling.ts";
import { rbf } from "../oracle/rbf.ts";
import { type OracleOp, type Tensor64, tensor } from "../oracle/tensor.ts";

/** The model as the float64 oracle computes it, with the model's present weights. */
export function asOracle(
  model: Model,
  training: boolean,
): { nodes: OracleNode[]; weights: Record<string, Tensor64[]> } {
  const weights: Record<string, Tensor64[]> = {};
  const nodes: OracleNode[] = [];
  const { connectedTo } = links(model);
  for (const layer of model.layers) {
    if (layer.type === "input") continue;
    nodes.push({
      name: layer.name,
      op: operation(layer.type, layer.config as never, training),
      inputs: connectedTo(layer.name).map((name) => (name === model.inputs.layer.name ? "input" : name)),
    });
    if (layer.variables.size > 0) weights[layer.name] = weightsOf(layer);
  }
  return { nodes, weights };
}

function weightsOf({ variables }: Layer): Tensor64[] {
  return [...variables.values()].map(({ shape, value }) => tensor(shape, value));
}

function links(model: Model): { connectedTo(name: string): readonly string[] } {
  const layers = new Map(model.summaryData().layers.map((layer) => [layer.name, layer.connectedTo]));
  return { connectedTo: (name) => layers.get(name)! };
}

/**
 * The same with activations as nodes of their own, and without the last softmax where `logits` is asked for: what the
 * curvature goes through layer by layer.
 */
export function unitsAsOracle(
  model: Model,
  logits: boolean,
): { nodes: OracleNode[]; weights: Record<string, Tensor64[]> } {
  const weights: Record<string, Tensor64[]> = {};
  const nodes: OracleNode[] = [];
  const { connectedTo } = links(model);
  const ends = new Map([[model.inputs.layer.name, "input"]]);
  const last = model.layers.at(-1)!.name;
  for (const layer of model.layers) {
    const { name, type, config } = layer;
    if (type === "input") continue;
    // Like inference, the curvature drops nothing.
    const options = { ...(config as unknown as Options), rate: 0 };
    const isWeighted = type === "conv2d" || type === "dense" || type === "subsampling2d";
    const linear = isWeighted ? { ...options, activation: "linear" as const } : options;
    const inputs = connectedTo(name).map((source) => ends.get(source)!);
    nodes.push({ name, op: operation(type, linear as never, false), inputs });
    weights[name] = weightsOf(layer);
    ends.set(name, name);
    if (!isWeighted || options.activation === "linear" || (logits && name === last)) continue;
    nodes.push({ name: `${name} activation`, op: activation(options.activation) });
    ends.set(name, `${name} activation`);
  }
  return { nodes, weights };
}

/** The options that layers keep in their configs. */
interface Options {
  strides: [number, number];
  poolSize: [number, number];
  padding: never;
  connectionTable?: number[][];
  activation: ActivationName;
  rate: number;
  start: number;
  count: number;
  scale: number;
  offset: number;
  epsilon: number;
  momentum: number;
}

function operation(type: string, options: Options, training: boolean): OracleOp {
  switch (type) {
    case "conv2d":
      return followedBy(conv2d({ ...options, connections: options.connectionTable }), activation(options.activation));
    case "dense":
      return followedBy(dense(), activation(options.activation));
    case "averagePooling2d":
      return averagePooling2d(options);
    case "maxPooling2d":
      return maxPooling2d(options);
    case "subsampling2d":
      return followedBy(subsampling2d(options), activation(options.activation));
    case "rbf":
      return rbf();
    case "globalAveragePooling2d":
      return globalAveragePooling2d();
    case "flatten":
      return flatten();
    case "activation":
      return activation(options.activation);
    case "batchNormalization":
      return batchNormalization({ training, epsilon: options.epsilon, momentum: options.momentum });
    case "zeroPadding2d":
      return zeroPadding2d(options);
    case "rescaling":
      return rescaling(options);
    case "concatenate":
      return concatenate();
    case "add":
      return add();
    case "channelSlice":
      return channelSlice({ start: options.start, stop: options.start + options.count });
    case "dropout":
      if (options.rate === 0) return activation("linear");
  }
  throw new Error(`the oracle has no deterministic ${type}`);
}

export function oracleLoss(
  loss: LossName | Loss,
  labels: ArrayLike<number>,
  weights?: ArrayLike<number>,
): (output: Tensor64) => LossPass {
  if (loss === "rbf_map") return oracleLoss(rbfMap(), labels, weights);
  return (output) => {
    if (typeof loss === "object") return rbfMaximumAPosteriori(loss.j)(output, labels, weights);
    if (loss === "rbf_mse") return rbfMeanSquaredError(output, labels, weights);
    if (loss === "sparse_categorical_crossentropy") return sparseCategoricalCrossentropy(output, labels, weights);
    const targets = tensor(output.shape, labels);
    return loss === "mean_squared_error"
      ? meanSquaredError(output, targets, weights)
      : categoricalCrossentropy(output, targets, weights);
  };
}

/**
 * Momentum keeps -learningRate x gradient of its first step, and a learning rate this small leaves the weights what they
 * were: so one step of this optimizer is a look at the gradient.
 */
const LOOK = 2 ** -60;
export const gradientLook: Optimizer = sgd({ learningRate: LOOK, momentum: 0.5 });

/** The gradients that a step with {@link gradientLook} left, by weight. */
export function gradientsSeen(model: Model): Map<string, Float64Array> {
  return new Map(
    [...model.training!.memory].map(([path, values]) => [
      path.replace("momentum/", ""),
      Float64Array.from(values, (v) => -v / LOOK),
    ]),
  );
}

/** The largest difference, as a share of the largest value wanted; NaN when there is one. */
export function distance(got: ArrayLike<number>, want: ArrayLike<number>): number {
  if (got.length !== want.length) return Number.NaN;
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < want.length; i++) {
    const d = Math.abs(got[i]! - want[i]!);
    if (Number.isNaN(d)) return d;
    difference = Math.max(difference, d);
    largest = Math.max(largest, Math.abs(want[i]!));
  }
  return difference === 0 ? 0 : difference / largest;
}

/** Deterministic numbers, roughly normal, without a generator. */
export function noise(shape: Shape, seed: number): Tensor<Float32Array> {
  let state = seed * 2654435761 + 12345;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  const size = shape.reduce((product, n) => product * n, 1);
  return { shape, data: Float32Array.from({ length: size }, () => (next() + next() + next()) * 2) };
}
