import { sizeOf } from "../../../../core/tensor.ts";
import { conv2d } from "../../../../layers/conv2d.ts";
import { dense } from "../../../../layers/dense.ts";
import { featuresOf, indicesOf, shaped, withLast } from "../layout.ts";
import { layerName } from "../names.ts";
import { weight } from "../network.ts";
import type { Node } from "../node.ts";
import { type Activation, type Constant, dimsOf, dimsText, type Factor, sizeOfAxis } from "../value.ts";
import type { Rule } from "./rule.ts";

/** https://onnx.ai/onnx/operators/onnx__Gemm.html */
export const Gemm: Rule = (node) => {
  const x = node.activation(0);
  node.ignore("broadcast");
  if (node.int("transA", 0) !== 0) node.refuse("transA is not supported: the images are the first axis");
  const features = featuresOf(x);
  if (!features || x.axes.length !== 2)
    return node.refuse(`expected [N, features] as input, got ${dimsText(dimsOf(x))}`);
  const matrix = matrixOf(node, node.constant(1, "the weights"), node.int("transB", 0) !== 0);
  const alpha = node.float("alpha", 1);
  const beta = node.float("beta", 1);
  const bias = node.optionalConstant(2, "the bias");
  return multiplied(node, x, features, { ...matrix, alpha, bias: bias && biasOf(node, bias, matrix.columns, beta) });
};

/** https://onnx.ai/onnx/operators/onnx__MatMul.html */
export const MatMul: Rule = (node) => {
  const x = node.activation(0);
  const given = node.constant(1, "the weights");
  const features = featuresOf(x);
  const matrix = matrixOf(node, given, false);
  if (features) return multiplied(node, x, features, { ...matrix, alpha: 1, bias: undefined });
  return overPositions(node, x, matrix);
};

interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly source: Constant;
  readonly isTransposed: boolean;
}

function matrixOf(node: Node, source: Constant, isTransposed: boolean): Matrix {
  const dims = source.dims.slice(-2);
  if (dims.length !== 2 || sizeOf(source.dims) !== sizeOf(dims))
    return node.refuse(`expected a matrix as weights, got [${source.dims}]`);
  const [rows, columns] = (isTransposed ? dims.toReversed() : dims) as [number, number];
  return { rows, columns, source, isTransposed };
}

function biasOf(node: Node, { dims, data }: Constant, columns: number, beta: number): Float32Array {
  if (data.length !== 1 && (data.length !== columns || dims[dims.length - 1] !== columns))
    return node.refuse(`expected a bias of ${columns} numbers, got [${dims}]`);
  return Float32Array.from({ length: columns }, (_, i) => beta * data[data.length === 1 ? 0 : i]!);
}

/** A dense layer. The rows of its kernel come in the order in which the layer below has its features. */
function multiplied(
  node: Node,
  x: Activation,
  features: readonly Factor[],
  { alpha, bias, ...matrix }: Matrix & { alpha: number; bias: Float32Array | undefined },
): Activation {
  const { columns } = matrix;
  if (sizeOfAxis(features) !== matrix.rows)
    node.refuse(`expected weights for ${sizeOfAxis(features)} features, got [${matrix.source.dims}]`);
  const vector = shaped(x.tensor, [matrix.rows], node.network);
  const weights = {
    kernel: weight([matrix.rows, columns], kernelOf(matrix, indicesOf(x.order, features), alpha)),
    ...(bias && { bias: weight([columns], bias) }),
  };
  const options = { units: columns, useBias: bias !== undefined };
  const tensor = node.network.add(dense, options, [vector], { weights, name: layerName(node, matrix.source) });
  const made = columns === 1 ? [] : [{ size: columns }];
  const axes = x.axes.length === 1 ? [[x.axes[0]![0]!, ...made]] : [...x.axes.slice(0, -1), made];
  return { ...x, tensor, order: made, axes, isOnlyUse: true };
}

/** The same product at each position: a convolution with a kernel of 1 x 1. */
function overPositions(node: Node, x: Activation, matrix: Matrix): Activation {
  const { rows, columns } = matrix;
  const last = x.axes[x.axes.length - 1] ?? [];
  if (sizeOfAxis(last) !== rows)
    node.refuse(`expected weights for ${sizeOfAxis(last)} features, got [${matrix.source.dims}]`);
  const { tensor, order, last: features } = withLast(x, last, node.network, node.refuse);
  const image = shaped(tensor, [sizeOf(tensor.shape) / rows, 1, rows], node.network);
  const weights = { kernel: weight([1, 1, rows, columns], kernelOf(matrix, indicesOf(features, last), 1)) };
  const options = { filters: columns, kernelSize: 1, useBias: false };
  const made = columns === 1 ? [] : [{ size: columns }];
  return {
    ...x,
    tensor: node.network.add(conv2d, options, [image], { weights, name: layerName(node, matrix.source) }),
    order: [...order.filter((factor) => !last.includes(factor)), ...made],
    axes: [...x.axes.slice(0, -1), made],
    isOnlyUse: true,
  };
}

/** [features, units], the features in the order of `rowOf`. */
function kernelOf({ columns, source, isTransposed, rows }: Matrix, rowOf: Int32Array, alpha: number): Float32Array {
  const kernel = new Float32Array(rows * columns);
  rowOf.forEach((row, i) => {
    for (let column = 0; column < columns; column++) {
      const value = source.data[isTransposed ? column * rows + row : row * columns + column]!;
      kernel[i * columns + column] = alpha * value;
    }
  });
  return kernel;
}
