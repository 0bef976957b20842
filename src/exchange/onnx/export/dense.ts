import type { Shape, Tensor } from "../../../core/tensor.ts";
import type { ActivationName } from "../../../ops/activations/table.ts";
import { transposed } from "../../transposed.ts";
import { activated } from "./activations.ts";
import type { OnnxRule } from "./layer-call.ts";

/** The rows of a weight `[features, units]` in the order channel, row, column of the image that the features were. */
function rowsInOrder(flattened: Shape | undefined): (weight: Tensor<Float32Array>) => Tensor<Float32Array> {
  return (weight) => {
    if (!flattened) return weight;
    const { data } = transposed({ shape: [...flattened, weight.shape[1]!], data: weight.data }, [2, 0, 1, 3]);
    return { shape: weight.shape, data };
  };
}

export const dense: OnnxRule = (call) => {
  const { graph, name, x } = call;
  const kernel = call.constant("kernel", rowsInOrder(x.flattened), x.flattened?.join())!;
  const bias = call.constant("bias");
  const sums =
    bias === undefined
      ? graph.node(name, "MatMul", [x.tensor, kernel])
      : graph.node(name, "Gemm", [x.tensor, kernel, bias]);
  return activated({ ...call, x: sums }, call.config<{ activation: ActivationName }>().activation);
};

/** The sum of (x - centre)^2 over the features, from the differences: sums of products would lose digits. */
export const rbf: OnnxRule = (call) => {
  const { graph, name, x, shape } = call;
  const features = x.shape[0]!;
  const arrange = (weight: Tensor<Float32Array>) => ({
    shape: [1, features, shape[0]!],
    data: rowsInOrder(x.flattened)(weight).data,
  });
  const centres = call.constant("centres", arrange, x.flattened?.join())!;
  const column = graph.reshape(name, x.tensor, [features, 1]);
  const differences = graph.node(name, "Sub", [column, centres]);
  const squares = graph.node(name, "Mul", [differences, differences]);
  const axes = graph.ints(`${name}/axes`, [1]);
  return graph.node(name, "ReduceSum", [squares, axes], { keepdims: { int: 0 } });
};
