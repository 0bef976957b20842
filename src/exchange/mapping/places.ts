import { type Shape, sizeOf } from "../../core/tensor.ts";
import type { Layer, SymbolicTensor, WeightSpec } from "../../layers/layer.ts";
import { isLayerType, type LayerType } from "../../layers/registry.ts";
import type { Graph } from "../../model/graph.ts";
import { type FeatureOrder, featureOrders } from "./feature-order.ts";
import { type AxisSizes, type Layout, layouts, offsetsOf, shapeOf } from "./layouts.ts";

/**
 * What a weight is for its layer. Programs name it differently: `kernel` and `gamma` are both PyTorch's `weight`, which
 * the shapes tell apart.
 */
export type Role = "weight" | "bias" | "mean" | "variance" | (string & Record<never, never>);

/** How a file stores a weight. */
export interface Form {
  /** The shapes that its tensor may have, the usual one first. All have the same elements in the same order. */
  readonly shapes: readonly Shape[];
  /** Where each element of the weight is in the tensor: see `offsetsOf`. */
  readonly offsets: readonly (readonly number[])[];
}

/** A weight of the network. */
export interface Slot {
  /** `C1/kernel` */
  readonly path: string;
  readonly role: Role;
  readonly spec: WeightSpec;
  form(layout: Layout): Form;
}

/** What one module of a file fills: the weights of a layer, or of one of the two convolutions of a separable one. */
export interface Place {
  readonly layer: Layer;
  /** The layer's name, with `.depthwise` and `.pointwise` for the parts of a separable convolution. */
  readonly name: string;
  readonly slots: readonly Slot[];
}

type Kind = "conv" | "transposed" | "depthwise" | "dense" | "vector" | "slopes";

const kernelOf = (kind: Kind) => ({ kernel: kind, bias: "vector" }) as const;
const normalized = { gamma: "vector", beta: "vector", moving_mean: "vector", moving_variance: "vector" } as const;

/** The weights of each type of layer. */
const kinds: { readonly [Type in LayerType]: Readonly<Record<string, Kind>> } = {
  input: {},
  conv2d: kernelOf("conv"),
  depthwiseConv2d: kernelOf("depthwise"),
  separableConv2d: { depthwise_kernel: "depthwise", pointwise_kernel: "conv", bias: "vector" },
  conv2dTranspose: kernelOf("transposed"),
  dense: kernelOf("dense"),
  averagePooling2d: {},
  maxPooling2d: {},
  globalAveragePooling2d: {},
  globalMaxPooling2d: {},
  upSampling2d: {},
  flatten: {},
  reshape: {},
  permute: {},
  activation: {},
  relu: {},
  leakyRelu: {},
  elu: {},
  prelu: { alpha: "slopes" },
  softmax: {},
  dropout: {},
  spatialDropout2d: {},
  gaussianNoise: {},
  gaussianDropout: {},
  randomTranslation: {},
  randomRotation: {},
  randomZoom: {},
  batchNormalization: normalized,
  layerNormalization: normalized,
  groupNormalization: normalized,
  unitNormalization: {},
  zeroPadding2d: {},
  cropping2d: {},
  rescaling: {},
  concatenate: {},
  add: {},
  subtract: {},
  multiply: {},
  average: {},
  maximum: {},
  minimum: {},
  channelSlice: {},
  subsampling2d: { coefficient: "vector", bias: "vector" },
  rbf: { centres: "dense" },
};

const roles: Readonly<Record<string, Role>> = {
  kernel: "weight",
  depthwise_kernel: "weight",
  pointwise_kernel: "weight",
  gamma: "weight",
  alpha: "weight",
  coefficient: "weight",
  centres: "weight",
  bias: "bias",
  beta: "bias",
  moving_mean: "mean",
  moving_variance: "variance",
};

/** The places of a network's weights, in the order of its layers. */
export function placesOf(graph: Graph): Place[] {
  const orderOf = featureOrders(graph);
  return graph.layers.flatMap((layer) => {
    const slots = layer.built.weights.map((spec) => slotOf(layer, spec, orderOf));
    if (slots.length === 0) return [];
    if (layer.type !== "separableConv2d") return [{ layer, name: layer.name, slots }];
    const [depthwise, ...pointwise] = slots;
    return [
      { layer, name: `${layer.name}.depthwise`, slots: [depthwise!] },
      { layer, name: `${layer.name}.pointwise`, slots: pointwise },
    ];
  });
}

function slotOf(layer: Layer, spec: WeightSpec, orderOf: (tensor: SymbolicTensor) => FeatureOrder): Slot {
  const { name } = spec;
  const kind = isLayerType(layer.type) ? kinds[layer.type][name] : undefined;
  const forms = new Map<Layout, Form>();
  return {
    path: `${layer.name}/${name}`,
    role: (kind && roles[name]) ?? name,
    spec,
    form(layout) {
      const form = forms.get(layout) ?? formOf(kind, layer, spec.shape, layout, orderOf);
      forms.set(layout, form);
      return form;
    },
  };
}

function formOf(
  kind: Kind | undefined,
  layer: Layer,
  shape: Shape,
  layout: Layout,
  orderOf: (tensor: SymbolicTensor) => FeatureOrder,
): Form {
  const axes = layouts[layout];
  const input = layer.output.inputs[0]!;
  const isChannelsFirst = axes.maps === "CHW";
  if (kind === "dense") {
    const [F, O] = shape as [number, number];
    const order = isChannelsFirst ? orderOf(input) : undefined;
    const [features, units] = offsetsOf("FO", axes.dense, { F, O }) as [number[], number[]];
    const maps = flattenedMaps(input);
    const asMaps = maps ? [shapeOf(axes.conv, { ...maps, O })] : [];
    const asConv =
      axes.dense === "OF" || layout === "keras" ? [shapeOf(axes.conv, { H: 1, W: 1, I: F, O }), ...asMaps] : [];
    return {
      shapes: [shapeOf(axes.dense, { F, O }), ...asConv],
      offsets: [order ? order.map((feature) => features[feature]!) : features, units],
    };
  }
  if (kind === "conv" || kind === "transposed") {
    const [H, W, I, O] = (kind === "conv" ? shape : [shape[0], shape[1], shape[3], shape[2]]) as number[];
    const sizes: AxisSizes = { H: H!, W: W!, I: I!, O: O! };
    // A kernel that covers its whole input is a dense layer of the flattened maps.
    const isWhole = kind === "conv" && coversInput(layer, input) && (axes.dense === "OF" || layout === "keras");
    return {
      shapes: [shapeOf(axes[kind], sizes), ...(isWhole ? [shapeOf(axes.dense, { F: H! * W! * I!, O: O! })] : [])],
      offsets: offsetsOf(kind === "conv" ? "HWIO" : "HWOI", axes[kind], sizes),
    };
  }
  if (kind === "depthwise") {
    const [H, W, C, M] = shape as [number, number, number, number];
    const sizes = { H, W, C, M };
    const asGroups = layout === "keras" ? shape : layout === "mlx" ? [C * M, H, W, 1] : [C * M, 1, H, W];
    return { shapes: [asGroups], offsets: offsetsOf("HWCM", axes.depthwise, sizes) };
  }
  if (kind === "vector" && shape.length === 1) {
    const size = shape[0]!;
    // A normalization of flattened maps has its channels in their order.
    const order =
      isChannelsFirst && layer.output.shape.length === 1 && readsAll(layer, size) ? orderOf(input) : undefined;
    const shapes = [[size], [1, size], [size, 1], [size, 1, 1], [1, size, 1, 1], [1, 1, 1, size]];
    return { shapes, offsets: [order ? [...order] : offsetsOf("C", "C", { C: size })[0]!] };
  }
  if (kind === "slopes") return slopesForm(shape, input, isChannelsFirst, orderOf);
  const letters = shape.map((_, i) => String.fromCharCode(97 + i)).join("");
  const sizes = Object.fromEntries(shape.map((size, i) => [letters[i]!, size]));
  return { shapes: [shape], offsets: offsetsOf(letters, letters, sizes) };
}

/** Slopes of a PReLU: one for each map, each feature or each element. */
function slopesForm(
  shape: Shape,
  input: SymbolicTensor,
  isChannelsFirst: boolean,
  orderOf: (tensor: SymbolicTensor) => FeatureOrder,
): Form {
  if (shape.length === 1) {
    const order = isChannelsFirst && shape[0]! > 1 ? orderOf(input) : undefined;
    return {
      shapes: [shape, [1, ...shape]],
      offsets: [order ? [...order] : offsetsOf("C", "C", { C: shape[0]! })[0]!],
    };
  }
  const letters = "HWC".slice(0, shape.length);
  const sizes = Object.fromEntries(shape.map((size, i) => [letters[i]!, size]));
  const from = isChannelsFirst && shape.length === 3 ? "CHW" : letters;
  const flat = shape.filter((size) => size > 1).length <= 1 ? [[sizeOf(shape)]] : [];
  return { shapes: [...flat, shapeOf(from, sizes)], offsets: offsetsOf(letters, from, sizes) };
}

/** The maps that a vector was flattened from, as a kernel's axes. */
function flattenedMaps(vector: SymbolicTensor): AxisSizes | undefined {
  let tensor = vector;
  while (tensor.layer.type !== "flatten") {
    const { inputs, shape, layer } = tensor;
    const isSame = inputs.length === 1 && String(inputs[0]!.shape) === String(shape) && layer.type !== "dense";
    if (!isSame || shape.length !== 1) return undefined;
    tensor = inputs[0]!;
  }
  const [H, W, I] = tensor.inputs[0]!.shape;
  return I === undefined || H! * W! === 1 ? undefined : { H: H!, W: W!, I };
}

function coversInput(layer: Layer, input: SymbolicTensor): boolean {
  const {
    kernelSize,
    groups = 1,
    dilationRate,
  } = layer.config as {
    kernelSize?: Shape;
    groups?: number;
    dilationRate?: Shape;
  };
  const [H, W] = layer.output.shape;
  const isWhole = kernelSize?.[0] === input.shape[0] && kernelSize?.[1] === input.shape[1];
  return H === 1 && W === 1 && isWhole && groups === 1 && String(dilationRate ?? [1, 1]) === "1,1";
}

/** Whether a vector of the layer goes along the features that it reads, as in a normalization; not along its outputs. */
function readsAll(layer: Layer, size: number): boolean {
  return /Normalization$/.test(layer.type) && layer.output.inputs[0]!.shape[0] === size;
}
