/** Layers that ONNX, or an older version of it, has no operator for. */
import { layerNormalization } from "../../../../layers/layer-normalization.ts";
import { rbf } from "../../../../layers/rbf.ts";
import { unitNormalization } from "../../../../layers/unit-normalization.ts";
import type { ActivationName } from "../../../../ops/activations/table.ts";
import { indicesOf, shaped, type Trailing, withLast } from "../layout.ts";
import { layerName } from "../names.ts";
import { weight } from "../network.ts";
import type { Node } from "../node.ts";
import { BATCH, dimsOf, dimsText, sizeOfAxis } from "../value.ts";
import { activated } from "./activations.ts";
import { axisOf } from "./axes-of.ts";
import type { Rule } from "./rule.ts";

/** An activation that is made of other operators. */
export const activationOf =
  (name: ActivationName): Rule =>
  (node) =>
    activated(node, node.activation(), name);

/** The input with the axes of ONNX over which it is normalized as its last one. */
function over(node: Node, axes: readonly number[]): Trailing {
  const x = node.activation();
  const factors = axes.flatMap((axis) => x.axes[axisOf(node, axis, x.axes.length)]!);
  if (factors.includes(BATCH)) node.refuse("expected it over the numbers of an image, got it over the images");
  return withLast(x, factors, node.network, node.refuse);
}

/** A normalization whose gamma and beta, if it has any, are multiplied and added by the nodes that follow. */
export const layerNormalizationOf =
  (axes: readonly number[], epsilon: number): Rule =>
  (node) => {
    const { tensor, order, last } = over(node, axes);
    const size = [sizeOfAxis(last)];
    node.network.take(size[0]!);
    const weights = {
      gamma: weight(size, new Float32Array(size[0]!).fill(1)),
      beta: weight(size, new Float32Array(size[0]!)),
    };
    const made = node.network.add(layerNormalization, { epsilon }, [tensor], { weights, name: layerName(node) });
    return { ...node.activation(), tensor: made, order, isOnlyUse: true };
  };

export const unitNormalizationOf =
  (axes: readonly number[]): Rule =>
  (node) => {
    const { tensor, order } = over(node, axes);
    const made = node.network.add(unitNormalization, {}, [tensor], { name: layerName(node) });
    return { ...node.activation(), tensor: made, order, isOnlyUse: true };
  };

/** Squared distances of [N, features, 1] from centres [1, features, units]. */
export const rbfOf: Rule = (node) => {
  const x = node.activation(0);
  const centres = node.constant(1, "the centres");
  const features = x.axes[1] ?? [];
  const count = sizeOfAxis(features);
  const [one, rows, units] = centres.dims;
  const fits = x.axes.length === 3 && features.length === x.order.length && one === 1 && rows === count;
  if (!fits || centres.dims.length !== 3)
    return node.refuse(
      `expected centres [1, features, units] of [N, features, 1], got [${centres.dims}] of ${dimsText(dimsOf(x))}`,
    );
  const rowOf = indicesOf(x.order, features);
  const data = new Float32Array(count * units!);
  rowOf.forEach((row, i) => {
    for (let unit = 0; unit < units!; unit++) data[i * units! + unit] = centres.data[row * units! + unit]!;
  });
  const weights = { centres: weight([count, units!], data) };
  const vector = shaped(x.tensor, [count], node.network);
  const tensor = node.network.add(rbf, { units: units! }, [vector], { weights, name: layerName(node, centres) });
  const made = units === 1 ? [] : [{ size: units! }];
  return { ...x, tensor, order: made, axes: [[BATCH], made], isOnlyUse: true };
};
