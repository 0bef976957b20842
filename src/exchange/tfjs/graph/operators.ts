import { InputError } from "../../../core/errors.ts";
import { activation as activationLayer } from "../../../layers/activation.ts";
import { leakyRelu } from "../../../layers/leaky-relu.ts";
import { normalization, scaled, shifted } from "./arithmetic.ts";
import type { Graph, GraphValue } from "./graph.ts";
import { type GraphNode, numberOf } from "./node.ts";
import { activations, convolution, product } from "./products.ts";
import { joined, packed, padding, reshaped, sliced } from "./shapes.ts";
import { numbers, passed, tensorOf } from "./values.ts";
import { globalPooling, pooling } from "./windows.ts";

type Operator = (graph: Graph, node: GraphNode) => GraphValue;

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
