import { InputError, listed } from "../../../core/errors.ts";
import { type Shape, sizeOf } from "../../../core/tensor.ts";
import { activation as activationLayer } from "../../../layers/activation.ts";
import { add } from "../../../layers/add.ts";
import { averagePooling2d } from "../../../layers/average-pooling2d.ts";
import { batchNormalization } from "../../../layers/batch-normalization.ts";
import { concatenate } from "../../../layers/concatenate.ts";
import { conv2d } from "../../../layers/conv2d.ts";
import { dense } from "../../../layers/dense.ts";
import { depthwiseConv2d } from "../../../layers/depthwise-conv2d.ts";
import { flatten } from "../../../layers/flatten.ts";
import { globalAveragePooling2d } from "../../../layers/global-average-pooling2d.ts";
import { globalMaxPooling2d } from "../../../layers/global-max-pooling2d.ts";
import type { Layer, SymbolicTensor } from "../../../layers/layer.ts";
import { leakyRelu } from "../../../layers/leaky-relu.ts";
import { maxPooling2d } from "../../../layers/max-pooling2d.ts";
import { multiply } from "../../../layers/multiply.ts";
import { rescaling } from "../../../layers/rescaling.ts";
import { reshape } from "../../../layers/reshape.ts";
import { zeroPadding2d } from "../../../layers/zero-padding2d.ts";
import type { ActivationName } from "../../../ops/activations/table.ts";
import type { Graph, GraphValue } from "./graph.ts";
import { flagOf, type GraphNode, numberOf, numbersOf, textOf, textsOf } from "./node.ts";

type Operator = (graph: Graph, node: GraphNode) => GraphValue;

/** Operators that are an activation. */
const activations: Readonly<Record<string, ActivationName>> = {
  Relu: "relu",
  Relu6: "relu6",
  Elu: "elu",
  Selu: "selu",
  Sigmoid: "sigmoid",
  Tanh: "tanh",
  Softmax: "softmax",
  LogSoftmax: "log_softmax",
  Softplus: "softplus",
  Softsign: "softsign",
  Exp: "exponential",
};

const operators: Readonly<Record<string, Operator>> = {
  Placeholder: (graph, node) => graph.placeholder(node),
  PlaceholderWithDefault: (graph, node) => graph.placeholder(node),
  Const: (graph, node) => graph.constantOf(node),
  Identity: passed,
  StopGradient: passed,
  Conv2D: convolution,
  _FusedConv2D: convolution,
  DepthwiseConv2dNative: convolution,
  FusedDepthwiseConv2dNative: convolution,
  MatMul: product,
  _FusedMatMul: product,
  BiasAdd: shifted,
  Add: shifted,
  AddV2: shifted,
  Sub: shifted,
  Mul: scaled,
  RealDiv: scaled,
  MaxPool: pooling,
  AvgPool: pooling,
  Mean: globalPooling,
  Max: globalPooling,
  FusedBatchNorm: normalization,
  FusedBatchNormV3: normalization,
  Pad: padding,
  PadV2: padding,
  LeakyRelu: (graph, node) => {
    const negativeSlope = numberOf(node, "alpha", 0.2);
    return tensorOf(graph.layer(node, (name) => leakyRelu({ name, negativeSlope }), graph.tensor(node)));
  },
  ConcatV2: joined,
  Reshape: reshaped,
  Squeeze: reshaped,
  ExpandDims: reshaped,
  Flatten: reshaped,
  Shape: (graph, node) => numbers([-1, ...graph.shapeRead(node)]),
  StridedSlice: sliced,
  Pack: packed,
  ...Object.fromEntries(
    Object.entries(activations).map(([op, activation]): [string, Operator] => [
      op,
      (graph, node) => tensorOf(graph.layer(node, (name) => activationLayer({ name, activation }), graph.tensor(node))),
    ]),
  ),
};

/** What a node computes. @throws InputError for an operator that is not supported */
export function computed(graph: Graph, node: GraphNode): GraphValue {
  if (Object.hasOwn(operators, node.op)) return operators[node.op]!(graph, node);
  throw new InputError(
    `${node.what}: the operator is not supported; those that are: ${Object.keys(operators).join(", ")}`,
  );
}

function tensorOf(tensor: SymbolicTensor): GraphValue {
  return { kind: "tensor", tensor };
}

function numbers(data: readonly number[]): GraphValue {
  return { kind: "numbers", shape: [data.length], data };
}

function refuse({ what }: GraphNode, why: string): never {
  throw new InputError(`${what}: ${why}`);
}

function passed(graph: Graph, node: GraphNode): GraphValue {
  return graph.constant(node.inputs[0]) ?? tensorOf(graph.tensor(node));
}

/** Rows and columns of an attribute for [images, rows, columns, channels]. */
function middle(node: GraphNode, name: string, fallback: readonly number[]): [number, number] {
  if (textOf(node, "data_format", "NHWC") !== "NHWC") refuse(node, "channels first are not supported");
  const list = numbersOf(node, name);
  const [images = 1, rows = 1, columns = 1, channels = 1] = list.length === 0 ? fallback : list;
  if (images !== 1 || channels !== 1) refuse(node, `${name} over images or channels is not supported`);
  return [rows, columns];
}

/** The padding of windows, and the image with zeros around it where the node counts them. */
function windowsOf(graph: Graph, node: GraphNode): { x: SymbolicTensor; padding: "same" | "valid" } {
  const x = graph.tensor(node);
  const padding = textOf(node, "padding", "VALID");
  if (padding === "SAME" || padding === "VALID") return { x, padding: padding === "SAME" ? "same" : "valid" };
  const [, , top = 0, bottom = 0, left = 0, right = 0] = numbersOf(node, "explicit_paddings");
  if (padding !== "EXPLICIT" || node.op === "MaxPool" || node.op === "AvgPool")
    refuse(node, `the padding "${padding.slice(0, 20)}" is not supported`);
  const sides = [
    [top, bottom],
    [left, right],
  ] as const;
  return { x: graph.layer(node, (name) => zeroPadding2d({ name, padding: sides }), x), padding: "valid" };
}

/** Whether a constant has one number, or its numbers along the last axis. */
function isAlongLast({ shape, data }: { readonly shape: Shape; readonly data: ArrayLike<number> }): boolean {
  return data.length === 1 || shape.at(-1) === data.length;
}

/** What follows a product: the bias and the activation that a node is fused with, or the bias of the only node after it. */
interface Ending {
  readonly bias?: ArrayLike<number>;
  readonly activation: ActivationName;
  /** Of a LeakyRelu. */
  readonly slope?: number;
  /** The node that adds the bias. */
  readonly after?: GraphNode;
}

function endingOf(graph: Graph, node: GraphNode, units: number): Ending {
  const fused = textsOf(node, "fused_ops");
  if (fused.length === 0) {
    const after = graph.follower(node);
    if (!after || !["BiasAdd", "Add", "AddV2"].includes(after.op)) return { activation: "linear" };
    const bias = graph.constant(after.inputs.find((name) => name !== node.name));
    return bias?.data.length === units && isAlongLast(bias)
      ? { bias: bias.data, activation: "linear", after }
      : { activation: "linear" };
  }
  const [first, name = "linear", ...more] = fused;
  const isLeaky = name === "LeakyRelu";
  if (first !== "BiasAdd" || more.length > 0 || !(name === "linear" || isLeaky || Object.hasOwn(activations, name))) {
    const known = listed([...Object.keys(activations), "LeakyRelu"]);
    refuse(node, `it is fused with ${listed(fused.slice(0, 4), "and")}; supported are "BiasAdd" and after it ${known}`);
  }
  const { data: bias } = graph.numbers(node, 2);
  if (isLeaky) return { bias, activation: "linear", slope: numberOf(node, "leakyrelu_alpha", 0.2) };
  return { bias, activation: activations[name] ?? "linear" };
}

/** A layer of products with what follows it. */
function linear(
  graph: Graph,
  node: GraphNode,
  x: SymbolicTensor,
  weights: { readonly kernel: ArrayLike<number>; readonly units: number },
  make: (options: { name: string; activation: ActivationName; useBias: boolean }) => Layer,
): GraphValue {
  const { bias, activation, slope, after } = endingOf(graph, node, weights.units);
  const given = { kernel: weights.kernel, ...(bias && { bias }) };
  const made = graph.layer(node, (name) => make({ name, activation, useBias: bias !== undefined }), x, given);
  const value = tensorOf(
    slope === undefined ? made : graph.layer(node, (name) => leakyRelu({ name, negativeSlope: slope }), made),
  );
  if (after) graph.join(after, value);
  return value;
}

function convolution(graph: Graph, node: GraphNode): GraphValue {
  const { shape, data: kernel } = graph.numbers(node, 1);
  const [rows, columns, channels, last] = shape as [number, number, number, number];
  if (shape.length !== 4 || sizeOf(shape) === 0) refuse(node, `expected a kernel of 4 axes, got [${shape.join(", ")}]`);
  const { x, padding } = windowsOf(graph, node);
  const common = {
    kernelSize: [rows, columns],
    strides: middle(node, "strides", []),
    dilationRate: middle(node, "dilations", []),
    padding,
  } as const;
  if (node.op.includes("Depthwise")) {
    const units = channels * last;
    return linear(graph, node, x, { kernel, units }, (options) =>
      depthwiseConv2d({ ...common, depthMultiplier: last, ...options }),
    );
  }
  const groups = Math.max(1, Math.floor((x.shape[2] ?? 0) / channels));
  return linear(graph, node, x, { kernel, units: last }, (options) =>
    conv2d({ ...common, filters: last, groups, ...options }),
  );
}

function product(graph: Graph, node: GraphNode): GraphValue {
  if (flagOf(node, "transpose_a")) refuse(node, "transpose_a is not supported");
  const { shape, data } = graph.numbers(node, 1);
  const [rows, columns] = shape as [number, number];
  if (shape.length !== 2) refuse(node, `expected a matrix, got [${shape.join(", ")}]`);
  const isTurned = flagOf(node, "transpose_b");
  const units = isTurned ? rows : columns;
  const kernel = isTurned
    ? Float32Array.from({ length: data.length }, (_, i) => data[(i % rows) * columns + Math.floor(i / rows)]!)
    : data;
  return linear(graph, node, graph.tensor(node), { kernel, units }, (options) => dense({ units, ...options }));
}

/** A sum or a difference: of two tensors, or with numbers. */
function shifted(graph: Graph, node: GraphNode): GraphValue {
  const [left, right] = node.inputs.map((name) => graph.constant(name));
  if (!left && !right) {
    if (node.op === "Sub") refuse(node, "a difference of two tensors is not supported");
    const both = [graph.tensor(node, 0), graph.tensor(node, 1)];
    return tensorOf(graph.layer(node, (name) => add({ name }), both));
  }
  const x = graph.tensor(node, left ? 1 : 0);
  const sign = node.op === "Sub" ? -1 : 1;
  const data = channelNumbers(node, (left ?? right)!);
  // c - x is -x + c.
  const offsets = Array.from(data, (value) => (left ? value : sign * value));
  const scale = left ? sign : 1;
  return channelwise(graph, node, x, { scales: offsets.map(() => scale), offsets });
}

/** A product: of two tensors, or with numbers; a sum after it becomes part of the same layer. */
function scaled(graph: Graph, node: GraphNode): GraphValue {
  const [left, right] = node.inputs.map((name) => graph.constant(name));
  const isQuotient = node.op === "RealDiv";
  if ((isQuotient && !right) || (!left && !right)) {
    if (isQuotient) refuse(node, "a quotient is supported with constant numbers below only");
    const both = [graph.tensor(node, 0), graph.tensor(node, 1)];
    return tensorOf(graph.layer(node, (name) => multiply({ name }), both));
  }
  const x = graph.tensor(node, left ? 1 : 0);
  const scales = Array.from(channelNumbers(node, (left ?? right)!), (value) => (isQuotient ? 1 / value : value));
  const after = graph.follower(node);
  const bias =
    after && ["BiasAdd", "Add", "AddV2"].includes(after.op)
      ? graph.constant(after.inputs.find((name) => name !== node.name))
      : undefined;
  const isFitting = bias && (bias.data.length === scales.length || bias.data.length === 1) && isAlongLast(bias);
  const offsets = scales.map((_, i) => (isFitting ? bias.data[bias.data.length === 1 ? 0 : i]! : 0));
  const value = channelwise(graph, node, x, { scales, offsets });
  if (isFitting) graph.join(after!, value);
  return value;
}

/** The numbers of a constant beside a tensor. @throws InputError for those along another axis than the last */
function channelNumbers(node: GraphNode, given: Extract<GraphValue, { kind: "numbers" }>): ArrayLike<number> {
  if (isAlongLast(given)) return given.data;
  return refuse(node, `expected numbers along the last axis, got some of shape [${given.shape.join(", ")}]`);
}

/** Numbers times the channels, plus numbers: one for all is a rescaling. */
function channelwise(
  graph: Graph,
  node: GraphNode,
  x: SymbolicTensor,
  { scales, offsets }: { readonly scales: readonly number[]; readonly offsets: readonly number[] },
): GraphValue {
  const [scale, offset] = [scales[0]!, offsets[0]!];
  const channels = x.shape.at(-1)!;
  if (scales.length === 1) return tensorOf(graph.layer(node, (name) => rescaling({ name, scale, offset }), x));
  if (scales.length !== channels)
    refuse(node, `expected one number, or one for each of ${channels} channels, got ${scales.length}`);
  const zeros = scales.map(() => 0);
  const weights = { gamma: scales, beta: offsets, moving_mean: zeros, moving_variance: scales.map(() => 1) };
  const make = (name: string) => batchNormalization({ name, epsilon: 0, trainable: false });
  return tensorOf(graph.layer(node, make, x, weights));
}

function normalization(graph: Graph, node: GraphNode): GraphValue {
  if (flagOf(node, "is_training", true)) refuse(node, "is_training is not supported: export the model for inference");
  if (textOf(node, "data_format", "NHWC") !== "NHWC") refuse(node, "channels first are not supported");
  const [gamma, beta, mean, variance] = [1, 2, 3, 4].map((index) => graph.numbers(node, index).data);
  const weights = { gamma: gamma!, beta: beta!, moving_mean: mean!, moving_variance: variance! };
  const epsilon = numberOf(node, "epsilon", 1e-4);
  return tensorOf(graph.layer(node, (name) => batchNormalization({ name, epsilon }), graph.tensor(node), weights));
}

function pooling(graph: Graph, node: GraphNode): GraphValue {
  const { x, padding } = windowsOf(graph, node);
  const make = node.op === "MaxPool" ? maxPooling2d : averagePooling2d;
  const options = { poolSize: middle(node, "ksize", []), strides: middle(node, "strides", []), padding };
  return tensorOf(graph.layer(node, (name) => make({ name, ...options }), x));
}

/** The mean or the largest over rows and columns. */
function globalPooling(graph: Graph, node: GraphNode): GraphValue {
  const x = graph.tensor(node);
  const axes = graph
    .sizes(node, 1)
    .map((axis) => (axis < 0 ? axis + 4 : axis))
    .toSorted();
  if (x.shape.length !== 3 || axes.join() !== "1,2") refuse(node, "supported is the one over rows and columns only");
  const make = node.op === "Mean" ? globalAveragePooling2d : globalMaxPooling2d;
  const keepdims = flagOf(node, "keep_dims") || flagOf(node, "keepDims");
  return tensorOf(graph.layer(node, (name) => make({ name, keepdims }), x));
}

function padding(graph: Graph, node: GraphNode): GraphValue {
  const data = graph.sizes(node, 1);
  const [a, b, top, bottom, left, right, c, d] = data as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const isZero = node.op === "Pad" || node.inputs.length < 3 || graph.numbers(node, 2).data[0] === 0;
  if (data.length !== 8 || a + b + c + d !== 0 || !isZero) refuse(node, "supported are zeros around an image only");
  const sides = [
    [top, bottom],
    [left, right],
  ] as const;
  return tensorOf(graph.layer(node, (name) => zeroPadding2d({ name, padding: sides }), graph.tensor(node)));
}

function joined(graph: Graph, node: GraphNode): GraphValue {
  const last = node.inputs.length - 1;
  const axis = graph.numbers(node, last).data[0];
  const parts = node.inputs.slice(0, last).map((_, index) => graph.tensor(node, index));
  const rank = parts[0]!.shape.length;
  if (axis !== -1 && axis !== rank) refuse(node, `expected the last axis, got ${axis}`);
  return tensorOf(graph.layer(node, (name) => concatenate({ name }), parts));
}

/** Other axes for the same numbers, of the images as they are. */
function reshaped(graph: Graph, node: GraphNode): GraphValue {
  const x = graph.tensor(node);
  const shape = targetOf(graph, node, graph.shapeRead(node));
  if (shape.join() === x.shape.join()) return tensorOf(x);
  if (shape.length === 1) return tensorOf(graph.layer(node, (name) => flatten({ name }), x));
  return tensorOf(graph.layer(node, (name) => reshape({ name, targetShape: shape }), x));
}

/** The axes without that of the images. */
function targetOf(graph: Graph, node: GraphNode, from: Shape): Shape {
  if (node.op === "Flatten") return [sizeOf(from)];
  if (node.op === "Squeeze") {
    const dims = numbersOf(node, "squeeze_dims").concat(numbersOf(node, "axis"));
    const axes = dims.map((axis) => (axis < 0 ? axis + from.length : axis - 1));
    const left = from.filter((size, axis) => !(axes.length === 0 ? size === 1 : axes.includes(axis)));
    return sizeOf(left) === sizeOf(from)
      ? left
      : refuse(node, `it drops axes of [${from.join(", ")}] that have a size`);
  }
  if (node.op === "ExpandDims") {
    const axis = graph.sizes(node, 1)[0] ?? 0;
    const at = axis < 0 ? axis + from.length + 1 : axis - 1;
    return at >= 0 && at <= from.length
      ? from.toSpliced(at, 0, 1)
      : refuse(node, `expected an axis after that of the images, got ${axis}`);
  }
  const [images, ...shape] = graph.sizes(node, 1);
  const size = sizeOf(from);
  const known = sizeOf(shape.filter((each) => each !== -1));
  const whole = shape.map((each) => (each === -1 ? size / known : each));
  // A number of images that is fixed, or -1 for what is left over.
  if (images === undefined || sizeOf(whole) !== size || !whole.every((each) => Number.isInteger(each) && each > 0))
    refuse(node, `expected a shape of ${size} numbers for each image, got [${[images, ...shape].join(", ")}]`);
  return whole;
}

/** A part of a list of sizes. */
function sliced(graph: Graph, node: GraphNode): GraphValue {
  const [list, [begin], [end], [step]] = [0, 1, 2, 3].map((index) => graph.sizes(node, index)) as [
    number[],
    number[],
    number[],
    number[],
  ];
  if (begin === undefined || end === undefined || step !== 1) refuse(node, "supported is a range of sizes only");
  const from = numberOf(node, "begin_mask", 0) === 1 ? 0 : begin;
  return numbers(list.slice(from, numberOf(node, "end_mask", 0) === 1 ? undefined : end));
}

/** A list of sizes from its parts. */
function packed(graph: Graph, node: GraphNode): GraphValue {
  return numbers(node.inputs.flatMap((_, index) => graph.sizes(node, index)));
}
