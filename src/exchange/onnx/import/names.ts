import type { Node } from "./node.ts";
import type { Constant } from "./value.ts";

/** Names of weights in the frameworks: what is before them is the layer's. */
const WEIGHT =
  /^(.+?)[./_](weight|kernel|gamma|running_var|moving_variance|W|alpha|slope|Conv2D\/ReadVariableOp|MatMul\/ReadVariableOp|conv2d\/ReadVariableOp)(:0|_quantized)?(__\d+)?$/;

/** What exporters add to the name of a layer for the operators that it consists of. */
const OPERATOR =
  /^(Conv2D|Conv|convolution|MatMul|Gemm|BiasAdd|Relu|FusedBatchNorm(V\d)?|MaxPool|AvgPool|AveragePool|Mean|Softmax|batchnorm|Add|add)(_?\d+)?$/;

/**
 * The name of a layer, where the file has one for it: that of its weight ("conv1.weight"), or of the node
 * ("/conv1/Conv"); undefined for numbered operators.
 */
export function layerName(node: Node, weight?: Constant): string | undefined {
  const ofWeight = weight && WEIGHT.exec(weight.name)?.[1];
  const parts = (ofWeight ?? node.name).split("/").filter((part) => part !== "" && part !== "ReadVariableOp");
  while (parts.length > 0 && isOperator(parts[parts.length - 1]!, node.type)) parts.pop();
  return legalName(parts[parts.length - 1] ?? "") || undefined;
}

function isOperator(part: string, type: string): boolean {
  return (
    OPERATOR.test(part) ||
    new RegExp(`^(node_)?${type}[\\d_.-]*$`, "i").test(part) ||
    /^(node_|n\d*_?)?[\d_]*$/.test(part)
  );
}

/** A name that a layer may have: letters, digits and a few signs; "" where nothing is left of it. */
export function legalName(given: string): string {
  const name = given
    .replaceAll(/[^\w.-]+/g, "_")
    .replaceAll(/^[_.-]+|[_.-]+$/g, "")
    .slice(0, 60);
  return name === "optimizer" ? `${name}_` : name;
}
