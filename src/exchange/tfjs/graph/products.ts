import { listed } from "../../../core/errors.ts";
import { sizeOf } from "../../../core/tensor.ts";
import { conv2d } from "../../../layers/conv2d.ts";
import { dense } from "../../../layers/dense.ts";
import { depthwiseConv2d } from "../../../layers/depthwise-conv2d.ts";
import type { Layer, SymbolicTensor } from "../../../layers/layer.ts";
import { leakyRelu } from "../../../layers/leaky-relu.ts";
import type { ActivationName } from "../../../ops/activations/table.ts";
import type { Graph, GraphValue } from "./graph.ts";
import { flagOf, type GraphNode, numberOf, textsOf } from "./node.ts";
import { isAlongLast, refuse, tensorOf } from "./values.ts";
import { middle, windowsOf } from "./windows.ts";

/** Operators that are an activation. */
export const activations: Readonly<Record<string, ActivationName>> = {
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

export function convolution(graph: Graph, node: GraphNode): GraphValue {
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

export function product(graph: Graph, node: GraphNode): GraphValue {
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
