import type { Shape } from "../../core/tensor.ts";
import { sizeOf } from "../../core/tensor.ts";
import type { Layer } from "../../layers/layer.ts";
import { isLayerType, type LayerType } from "../../layers/registry.ts";
import type { ActivationName } from "../../ops/activations/table.ts";
import { exportedWeight } from "../exported-weight.ts";
import { kerasClasses, kerasOption } from "../keras/classes.ts";
import { kerasLayer } from "../keras/layer-object.ts";
import { tfjsValue } from "./values.ts";

/** A layer of tfjs, without its name. */
export interface TfjsLayer {
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Its weights by tfjs's names. */
  readonly weights: readonly TfjsWeight[];
}

export interface TfjsWeight {
  readonly name: string;
  readonly shape: Shape;
  readonly data: Float32Array;
}

/** What a layer becomes: layers one after the other (none: its input), and a note about it. */
export interface Translation {
  readonly layers: readonly TfjsLayer[];
  readonly note?: string;
}

/** A translation, or why there is none: what tfjs lacks. */
type Rule = (layer: Layer) => Translation | string;

/** The layer of the same class and options. */
const same: Rule = (layer) => ({ layers: [sameLayer(layer)] });

/** Acts in training only: tfjs predicts the same without it. */
const leftOut: Rule = ({ type, name }) => ({
  layers: [],
  note: `TensorFlow.js has no ${kerasClasses[type as LayerType]}: "${name}", which acts in training only, was left out.`,
});

const lacking: Rule = ({ type }) => `a ${kerasClasses[type as LayerType]} layer`;

const rules: { readonly [Type in LayerType]: Rule } = {
  input: same,
  conv2d,
  depthwiseConv2d: withActivation,
  separableConv2d: withActivation,
  conv2dTranspose,
  dense: withActivation,
  averagePooling2d: same,
  maxPooling2d: same,
  globalAveragePooling2d: globalPooling,
  globalMaxPooling2d: globalPooling,
  upSampling2d: (layer) => (layer.config.interpolation === "nearest" ? same(layer) : "UpSampling2D as Keras has it"),
  // tfjs's takes no vectors.
  flatten: (layer) => (layer.output.inputs[0]!.shape.length === 1 ? { layers: [] } : same(layer)),
  reshape: ({ built }) => ({ layers: [plain("Reshape", { target_shape: built.outputShape })] }),
  permute: same,
  activation: ({ config }) => {
    const layers = activationLayers(config.activation as ActivationName);
    return layers ? { layers } : `the activation "${config.activation}"`;
  },
  relu,
  leakyRelu: ({ config }) => ({ layers: [plain("LeakyReLU", { alpha: config.negativeSlope })] }),
  elu: (layer) => (layer.config.alpha === 1 ? same(layer) : "an ELU layer with another alpha than 1"),
  prelu: same,
  softmax: () => ({ layers: [plain("Softmax", { axis: -1 })] }),
  dropout: same,
  spatialDropout2d: leftOut,
  gaussianNoise: same,
  gaussianDropout: same,
  randomTranslation: leftOut,
  randomRotation: leftOut,
  randomZoom: leftOut,
  batchNormalization: same,
  layerNormalization: same,
  groupNormalization: lacking,
  unitNormalization: lacking,
  zeroPadding2d: same,
  cropping2d: same,
  rescaling: same,
  concatenate: same,
  add: same,
  subtract: lacking,
  multiply: same,
  average: same,
  maximum: same,
  minimum: same,
  channelSlice: lacking,
  subsampling2d,
  rbf: lacking,
};

/** What a layer becomes in tfjs; a text says what tfjs lacks. */
export function translated(layer: Layer): Translation | string {
  return isLayerType(layer.type) ? rules[layer.type](layer) : `a layer of the type "${layer.type}"`;
}

function plain(className: string, config: Readonly<Record<string, unknown>>): TfjsLayer {
  return { className, config: { trainable: true, dtype: "float32", ...config }, weights: [] };
}

function weightOf(layer: Layer, name: string) {
  return exportedWeight("exportTfjs", layer, name)!;
}

/** The layer of the same class, with tfjs's forms of initializers and so on. */
function sameLayer(layer: Layer, changed: Readonly<Record<string, unknown>> = {}): TfjsLayer {
  const { class_name: className, config } = kerasLayer(layer);
  const { batch_shape, name: _, ...options } = { ...(config as Readonly<Record<string, unknown>>), ...changed };
  const values = Object.entries(options).map(([option, value]) => [option, tfjsValue(value)]);
  const shape = batch_shape ? { batch_input_shape: batch_shape } : {};
  const weights = [...layer.variables.keys()].map((name) => ({ name, ...weightOf(layer, name) }));
  return { className, config: { trainable: layer.trainable, ...Object.fromEntries(values), ...shape }, weights };
}

/** Names of activations in tfjs, where they mean the same. */
const activationNames: Partial<Record<ActivationName, string>> = {
  ...Object.fromEntries(
    [
      "linear",
      "relu",
      "relu6",
      "elu",
      "selu",
      "gelu",
      "mish",
      "softplus",
      "softsign",
      "sigmoid",
      "tanh",
      "softmax",
      "log_softmax",
    ].map((name) => [name, name]),
  ),
  silu: "swish",
};

/** Layers that compute an activation; undefined for one that tfjs cannot compute. tfjs's hard sigmoid is another. */
function activationLayers(name: ActivationName): TfjsLayer[] | undefined {
  const known = activationNames[name];
  if (known) return [plain("Activation", { activation: known })];
  const rescaling = (scale: number, offset = 0) => plain("Rescaling", { scale, offset });
  if (name === "leaky_relu") return [plain("LeakyReLU", { alpha: 0.2 })];
  if (name === "scaled_tanh") return [rescaling(2 / 3), plain("Activation", { activation: "tanh" }), rescaling(1.7159)];
  if (name === "hard_sigmoid") return [rescaling(1, 3), plain("Activation", { activation: "relu6" }), rescaling(1 / 6)];
  return undefined;
}

/** A layer with the option activation: tfjs's, or layers after it. */
function activated(name: ActivationName, make: (activation: string) => TfjsLayer): Translation | string {
  const known = activationNames[name];
  if (known) return { layers: [make(known)] };
  const after = activationLayers(name);
  return after ? { layers: [make("linear"), ...after] } : `the activation "${name}"`;
}

function withActivation(layer: Layer): Translation | string {
  return activated(layer.config.activation as ActivationName, (activation) => {
    const made = sameLayer(layer, { activation });
    // In tfjs, the kernel of a depthwise convolution has its own name.
    if (layer.type !== "depthwiseConv2d") return made;
    return {
      ...made,
      weights: made.weights.map((each) => (each.name === "kernel" ? { ...each, name: "depthwise_kernel" } : each)),
    };
  });
}

/** tfjs has no groups and no connection tables: the other weights are zeros, which training would change. */
function conv2d(layer: Layer): Translation | string {
  const { groups, connectionTable, activation } = layer.config as {
    readonly groups: number;
    readonly connectionTable?: unknown;
    readonly activation: ActivationName;
  };
  if (groups === 1 && !connectionTable) return withActivation(layer);
  const translation = activated(activation, (name) => {
    const { config, weights, ...made } = sameLayer(layer, { activation: name, groups: 1 });
    const { connection_table: _, ...options } = config;
    const [kernel, ...others] = weights;
    return { ...made, className: "Conv2D", config: options, weights: [ungrouped(kernel!, groups), ...others] };
  });
  if (typeof translation === "string") return translation;
  const what = connectionTable ? "connection tables" : "groups";
  return {
    ...translation,
    note: `TensorFlow.js has no ${what}: "${layer.name}" became a convolution with a 0 for each missing connection, which training there would change.`,
  };
}

/** A kernel [rows, columns, channels of a group, maps] with zeros for the channels of other groups. */
function ungrouped({ name, shape, data }: TfjsWeight, groups: number): TfjsWeight {
  const [rows, columns, channels, maps] = shape as [number, number, number, number];
  const all = channels * groups;
  const full = new Float32Array(rows * columns * all * maps);
  for (let i = 0; i < data.length; i++) {
    const map = i % maps;
    const channel = Math.floor(i / maps) % channels;
    const group = Math.floor((map * groups) / maps);
    full[(Math.floor(i / (maps * channels)) * all + group * channels + channel) * maps + map] = data[i]!;
  }
  return { name, shape: [rows, columns, all, maps], data: full };
}

function conv2dTranspose(layer: Layer): Translation | string {
  const { outputPadding, dilationRate } = layer.config as { outputPadding?: unknown; dilationRate: readonly number[] };
  const isUsual = outputPadding === undefined && dilationRate.every((rate) => rate === 1);
  return isUsual ? withActivation(layer) : "outputPadding and dilationRate of a Conv2DTranspose layer";
}

function globalPooling(layer: Layer): Translation {
  const { keepdims: _, ...config } = sameLayer(layer).config as Readonly<Record<string, unknown>>;
  const pooled = { ...sameLayer(layer), config };
  if (!layer.config.keepdims) return { layers: [pooled] };
  return { layers: [pooled, plain("Reshape", { target_shape: layer.built.outputShape })] };
}

function relu({ config }: Layer): Translation | string {
  const { maxValue, negativeSlope, threshold } = config as { readonly [option: string]: number | undefined };
  if (threshold !== 0) return "thresholds of a ReLU layer";
  if (negativeSlope === 0) return { layers: [plain("ReLU", maxValue === undefined ? {} : { max_value: maxValue })] };
  return maxValue === undefined
    ? { layers: [plain("LeakyReLU", { alpha: negativeSlope })] }
    : "a largest value and a slope of one ReLU layer";
}

/** The mean of a window, and a convolution of each map by itself, whose kernel is the coefficient. */
function subsampling2d(layer: Layer): Translation | string {
  const { poolSize, strides, activation } = layer.config as {
    readonly poolSize: Shape;
    readonly strides: Shape;
    readonly activation: ActivationName;
  };
  const [coefficient, bias] = ["coefficient", "bias"].map((name) => weightOf(layer, name));
  const pooling = plain("AveragePooling2D", { [kerasOption("poolSize")]: poolSize, strides, padding: "valid" });
  const taps = sizeOf(poolSize);
  const kernel = { name: "depthwise_kernel", shape: [1, 1, coefficient!.data.length, 1] };
  const scaled = activated(activation, (name) => ({
    ...plain("DepthwiseConv2D", { kernel_size: [1, 1], activation: name, use_bias: true, trainable: layer.trainable }),
    weights: [
      { ...kernel, data: coefficient!.data.map((value) => value * taps) },
      { name: "bias", shape: bias!.shape, data: bias!.data },
    ],
  }));
  return typeof scaled === "string" ? scaled : { layers: [pooling, ...scaled.layers] };
}
