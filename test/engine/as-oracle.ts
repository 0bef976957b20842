import type { Shape, Tensor } from "../../src/core/tensor.ts";
import {
  type Layer,
  type LayerConfig,
  type LayerType,
  type Loss,
  type LossName,
  type Model,
  type Optimizer,
  sgd,
} from "../../src/index.ts";
import type { ActivationName } from "../../src/ops/activations/table.ts";
import { checkedLoss } from "../../src/training/losses/table.ts";
import { activation, elementByElement, eluOf, rectified } from "../oracle/activations.ts";
import { batchNormalization } from "../oracle/batch-normalization.ts";
import { binaries, folded } from "../oracle/broadcast.ts";
import { channelSlice } from "../oracle/channel-slice.ts";
import { concatenate } from "../oracle/concatenate.ts";
import { conv2d } from "../oracle/conv2d.ts";
import { conv2dTranspose } from "../oracle/conv2d-transpose.ts";
import { cropping2d } from "../oracle/cropping2d.ts";
import { dense } from "../oracle/dense.ts";
import { depthwiseConv2d } from "../oracle/depthwise-conv2d.ts";
import { flatten } from "../oracle/flatten.ts";
import { globalAveragePooling2d } from "../oracle/global-average-pooling2d.ts";
import { globalMaxPooling2d } from "../oracle/global-max-pooling2d.ts";
import { type LossPass, oracleLosses } from "../oracle/losses.ts";
import { followedBy, type OracleNode } from "../oracle/network.ts";
import { averagePooling2d, maxPooling2d } from "../oracle/pooling2d.ts";
import { prelu } from "../oracle/prelu.ts";
import { type GivenGeometry, resampled } from "../oracle/random-geometry.ts";
import { rbf } from "../oracle/rbf.ts";
import { permute, reshape } from "../oracle/rearrange.ts";
import { rescaling } from "../oracle/rescaling.ts";
import { separableConv2d } from "../oracle/separable-conv2d.ts";
import { groupNormalization, layerNormalization } from "../oracle/set-normalization.ts";
import { subsampling2d } from "../oracle/subsampling2d.ts";
import { type OracleOp, type Tensor64, tensor } from "../oracle/tensor.ts";
import { unitNormalization } from "../oracle/unit-normalization.ts";
import { upSampling2d } from "../oracle/up-sampling2d.ts";
import { zeroPadding2d } from "../oracle/zero-padding2d.ts";

/** The oracles of layers that a test defines, by their names. */
export type OwnOracles = Readonly<Record<string, OracleOp>>;

/** The model as nodes of the float64 oracle, with its current weights. */
export function asOracle(
  model: Model,
  training: boolean,
  own: OwnOracles = {},
): { nodes: OracleNode[]; weights: Record<string, Tensor64[]> } {
  const weights: Record<string, Tensor64[]> = {};
  const nodes: OracleNode[] = [];
  const { connectedTo } = links(model);
  for (const layer of model.layers) {
    if (layer.type === "input") continue;
    nodes.push({
      name: layer.name,
      // A frozen batch normalization uses its moving statistics.
      op:
        own[layer.name] ??
        operation(
          layer.type as LayerType,
          layer.config,
          training && (layer.trainable || layer.type !== "batchNormalization"),
        ),
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
 * The same with separate nodes for activations, as the curvature needs them; with `logits`, without the last softmax.
 */
export function unitsAsOracle(
  model: Model,
  logits: boolean,
  own: OwnOracles = {},
): { nodes: OracleNode[]; weights: Record<string, Tensor64[]> } {
  const weights: Record<string, Tensor64[]> = {};
  const nodes: OracleNode[] = [];
  const { connectedTo } = links(model);
  const ends = new Map([[model.inputs.layer.name, "input"]]);
  const last = model.layers.at(-1)!.name;
  for (const layer of model.layers) {
    const { name, config } = layer;
    const type = layer.type as LayerType;
    if (type === "input") continue;
    // The curvature, like inference, has no dropout.
    const options = { ...(config as unknown as Config), rate: 0 };
    const isWeighted = weighted.has(type);
    const linear = isWeighted ? { ...options, activation: "linear" as const } : options;
    const inputs = connectedTo(name).map((source) => ends.get(source)!);
    const values = weightsOf(layer);
    if (type === "separableConv2d") {
      // The maps between its two convolutions are units too.
      nodes.push({ name: `${name} depthwise`, op: depthwiseConv2d(options), inputs });
      nodes.push({ name, op: conv2d(), inputs: [`${name} depthwise`] });
      [weights[`${name} depthwise`], weights[name]] = [values.slice(0, 1), values.slice(1)];
    } else {
      nodes.push({ name, op: own[name] ?? operation(type as LayerType, linear, false), inputs });
      weights[name] = values;
    }
    ends.set(name, name);
    if (!isWeighted || options.activation === "linear" || (logits && name === last)) continue;
    nodes.push({ name: `${name} activation`, op: activation(options.activation) });
    ends.set(name, `${name} activation`);
  }
  return { nodes, weights };
}

/** The layers with weights and an activation. */
const weighted: ReadonlySet<LayerType> = new Set<LayerType>([
  "conv2d",
  "depthwiseConv2d",
  "separableConv2d",
  "conv2dTranspose",
  "dense",
  "subsampling2d",
]);

/** The options that layers keep in their configs. */
interface Config extends GivenGeometry {
  strides: [number, number];
  poolSize: [number, number];
  padding: never;
  cropping: never;
  dilationRate: [number, number];
  groups: number;
  outputPadding?: [number, number];
  connectionTable?: number[][];
  activation: ActivationName;
  maxValue?: number;
  negativeSlope: number;
  threshold?: number;
  alpha: number;
  rate: number;
  stddev: number;
  targetShape: number[];
  dims: number[];
  start: number;
  count: number;
  scale: never;
  center: boolean;
  size: [number, number];
  interpolation: never;
  keepdims: boolean;
  offset: number;
  epsilon: number;
  momentum: number;
}

/** The oracle of every type of layer, by its config. */
const operations: {
  readonly [Type in Exclude<LayerType, "input">]: (config: Config, training: boolean) => OracleOp;
} = {
  conv2d: (config) => followedBy(conv2d(config), activation(config.activation)),
  depthwiseConv2d: (config) => followedBy(depthwiseConv2d(config), activation(config.activation)),
  separableConv2d: (config) => followedBy(separableConv2d(config), activation(config.activation)),
  conv2dTranspose: (config) => followedBy(conv2dTranspose(config), activation(config.activation)),
  dense: (config) => followedBy(dense(), activation(config.activation)),
  averagePooling2d,
  maxPooling2d,
  globalAveragePooling2d,
  globalMaxPooling2d,
  upSampling2d,
  flatten,
  activation: (config) => activation(config.activation),
  relu: (config) => elementByElement(rectified(config)),
  leakyRelu: (config) => elementByElement(rectified(config)),
  elu: ({ alpha }) => elementByElement(eluOf(alpha)),
  prelu,
  softmax: () => activation("softmax"),
  reshape: ({ targetShape }) => reshape(targetShape),
  permute: ({ dims }) => permute(dims),
  dropout: undrawn,
  spatialDropout2d: undrawn,
  randomTranslation: randomGeometry,
  randomRotation: randomGeometry,
  randomZoom: (config, training) => randomGeometry({ ...config, zooms: true }, training),
  gaussianNoise: undrawn,
  gaussianDropout: undrawn,
  batchNormalization: ({ epsilon, momentum }, training) => batchNormalization({ training, epsilon, momentum }),
  layerNormalization,
  groupNormalization,
  unitNormalization,
  zeroPadding2d,
  cropping2d,
  rescaling,
  concatenate,
  add: () => folded(binaries.add),
  subtract: () => folded(binaries.subtract),
  multiply: () => folded(binaries.multiply),
  average: () => folded(binaries.add, (count) => 1 / count),
  maximum: () => folded(binaries.maximum),
  minimum: () => folded(binaries.minimum),
  channelSlice: ({ start, count }) => channelSlice({ start, stop: start + count }),
  subsampling2d: (config) => followedBy(subsampling2d(config), activation(config.activation)),
  rbf,
};

function undrawn({ rate = 0, stddev = 0 }: Partial<Config>): OracleOp {
  if (rate > 0 || stddev > 0) throw new Error("the oracle has no layers that draw at random");
  return activation("linear");
}

function randomGeometry(config: Config, training: boolean): OracleOp {
  return training ? resampled(config) : activation("linear");
}

/** The oracle of a layer, by its type and config. */
export function operation(type: LayerType, config: LayerConfig, training: boolean): OracleOp {
  if (type === "input") throw new Error("an input is no operation");
  return operations[type](config as unknown as Config, training);
}

export function oracleLoss(
  loss: LossName | Loss,
  labels: ArrayLike<number>,
  weights?: ArrayLike<number>,
): (output: Tensor64) => LossPass {
  const checked = checkedLoss("oracle loss", loss);
  return (output) => oracleLosses[checked.type as LossName](checked as never)(output, labels, weights);
}

/**
 * An optimizer from which the gradient can be read: after one step its velocity is -learningRate x gradient, and the
 * learning rate is too small to change the weights.
 */
const LOOK = 2 ** -60;
export const gradientLook: Optimizer = sgd({ learningRate: LOOK, momentum: 0.5 });

/** The gradients that a step with {@link gradientLook} left, by weight. */
export function gradientsSeen(model: Pick<Model, "training">): Map<string, Float64Array> {
  return new Map(
    [...model.training!.memory].map(([path, values]) => [
      path.replace("momentum/", ""),
      Float64Array.from(values, (v) => -v / LOOK),
    ]),
  );
}

/** The largest difference, relative to the largest expected value; NaN if there is a NaN. */
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
