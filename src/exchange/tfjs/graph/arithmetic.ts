import { add } from "../../../layers/add.ts";
import { batchNormalization } from "../../../layers/batch-normalization.ts";
import type { SymbolicTensor } from "../../../layers/layer.ts";
import { multiply } from "../../../layers/multiply.ts";
import { rescaling } from "../../../layers/rescaling.ts";
import type { Graph, GraphValue } from "./graph.ts";
import { flagOf, type GraphNode, numberOf, textOf } from "./node.ts";
import { isAlongLast, refuse, tensorOf } from "./values.ts";

/** A sum or a difference: of two tensors, or with numbers. */
export function shifted(graph: Graph, node: GraphNode): GraphValue {
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
export function scaled(graph: Graph, node: GraphNode): GraphValue {
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

export function normalization(graph: Graph, node: GraphNode): GraphValue {
  if (flagOf(node, "is_training", true)) refuse(node, "is_training is not supported: export the model for inference");
  if (textOf(node, "data_format", "NHWC") !== "NHWC") refuse(node, "channels first are not supported");
  const [gamma, beta, mean, variance] = [1, 2, 3, 4].map((index) => graph.numbers(node, index).data);
  const weights = { gamma: gamma!, beta: beta!, moving_mean: mean!, moving_variance: variance! };
  const epsilon = numberOf(node, "epsilon", 1e-4);
  return tensorOf(graph.layer(node, (name) => batchNormalization({ name, epsilon }), graph.tensor(node), weights));
}
