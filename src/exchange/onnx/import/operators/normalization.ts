import { batchNormalization } from "../../../../layers/batch-normalization.ts";
import { groupNormalization } from "../../../../layers/group-normalization.ts";
import { layerNormalization } from "../../../../layers/layer-normalization.ts";
import { indicesOf, withLast } from "../layout.ts";
import { layerName } from "../names.ts";
import { weight } from "../network.ts";
import type { Node } from "../node.ts";
import { type Activation, BATCH, type Constant, dimsOf, dimsText, type Factor, sizeOfAxis } from "../value.ts";
import { axisOf } from "./axes-of.ts";
import type { Rule } from "./rule.ts";

/** https://onnx.ai/onnx/operators/onnx__BatchNormalization.html */
export const BatchNormalization: Rule = (node) => {
  const x = node.activation();
  node.ignore("is_test", "consumed_inputs");
  if (node.int("training_mode", 0) !== 0) node.refuse("training_mode is not supported: export the model for inference");
  if (x.axes.length < 2) node.refuse(`expected [N, channels, ...] as input, got ${dimsText(dimsOf(x))}`);
  const channels = node.int("spatial", 1) === 0 ? x.axes.slice(1).flat() : x.axes[1]!;
  const { tensor, order, last } = withLast(x, channels, node.network, node.refuse);
  node.network.take(sizeOfAxis(last));
  const place = indicesOf(last, channels);
  const [gamma, beta, mean, variance] = ["the scale", "the shift", "the mean", "the variance"].map((what, i) =>
    numbersOf(node, node.constant(i + 1, what), what, place),
  ) as [Float32Array, Float32Array, Float32Array, Float32Array];
  const size = [place.length];
  const weights = {
    gamma: weight(size, gamma),
    beta: weight(size, beta),
    moving_mean: weight(size, mean),
    moving_variance: weight(size, variance),
  };
  const options = { momentum: node.float("momentum", 0.9), epsilon: node.float("epsilon", 1e-5) };
  const name = layerName(node, node.constant(1, "the scale"));
  const made = node.network.add(batchNormalization, options, [tensor], { weights, name });
  return { ...x, tensor: made, order, isOnlyUse: true };
};

function numbersOf(node: Node, { dims, data }: Constant, what: string, place: Int32Array): Float32Array {
  if (data.length !== place.length) node.refuse(`expected ${place.length} numbers as ${what}, got [${dims}]`);
  return Float32Array.from(place, (index) => data[index]!);
}

/** https://onnx.ai/onnx/operators/onnx__LayerNormalization.html */
export const LayerNormalization: Rule = (node) => {
  const x = node.activation();
  node.ignore("stash_type");
  const axis = axisOf(node, node.int("axis", -1), x.axes.length);
  return normalized(node, x, x.axes.slice(axis).flat(), (options, tensor, named) =>
    node.network.add(layerNormalization, options, [tensor], named),
  );
};

/**
 * https://onnx.ai/onnx/operators/onnx__InstanceNormalization.html. Axis 1 has the channels, each a group, or the groups of
 * channels: PyTorch writes a group normalization so.
 */
export const InstanceNormalization: Rule = (node) => {
  const x = node.activation();
  node.ignore("consumed_inputs");
  if (x.axes.length < 3) node.refuse(`expected [N, channels, ...] as input, got ${dimsText(dimsOf(x))}`);
  const groups = x.axes[1]!;
  const count = sizeOfAxis(groups);
  const [scale, shift] = [node.constant(1, "the scale"), node.constant(2, "the shift")];
  const isPlain = scale.data.every((each) => each === 1) && shift.data.every((each) => each === 0);
  const at = x.order.indexOf(groups[0]!);
  const end = x.order.slice(at);
  const isInGroups = end.length > groups.length && groups.every((factor, i) => factor === end[i]);
  if (!isInGroups || at === 0)
    return normalized(node, x, groups, (options, tensor, named) =>
      node.network.add(groupNormalization, { ...options, groups: count }, [tensor], named),
    );
  if (!isPlain) node.refuse("a scale and a shift of groups of channels are not supported");
  const { tensor, order, last } = withLast(x, end, node.network, node.refuse);
  node.network.take(sizeOfAxis(last));
  const ones = new Float32Array(sizeOfAxis(last));
  const weights = { gamma: weight([ones.length], ones.slice().fill(1)), beta: weight([ones.length], ones) };
  const options = { epsilon: node.float("epsilon", 1e-5), groups: count };
  const made = node.network.add(groupNormalization, options, [tensor], { weights, name: layerName(node) });
  return { ...x, tensor: made, order, isOnlyUse: true };
};

/** https://onnx.ai/onnx/operators/onnx__MeanVarianceNormalization.html: its 1e-9 beside the deviation is left out. */
export const MeanVarianceNormalization: Rule = (node) => {
  const x = node.activation();
  const given = node.ints("axes") ?? (node.int("across_channels", 0) === 0 ? [0, 2, 3] : [0, 1, 2, 3]);
  if (node.int("normalize_variance", 1) === 0) node.refuse("normalize_variance 0 is not supported");
  const isOne = node.setting.batch === 1;
  const factors = given.flatMap((axis) => x.axes[axisOf(node, axis, x.axes.length)]!);
  if (factors.includes(BATCH) && !isOne)
    node.refuse("expected it over the numbers of an image, got it over the images");
  const over = factors.filter((factor) => factor !== BATCH);
  const { tensor, order } = withLast(x, over, node.network, node.refuse);
  const options = { epsilon: 1e-18, center: false, scale: false };
  const made = node.network.add(layerNormalization, options, [tensor], { weights: {}, name: layerName(node) });
  return { ...x, tensor: made, order, isOnlyUse: true };
};

/** https://onnx.ai/onnx/operators/onnx__GroupNormalization.html, from opset 21 on: scale and shift of each channel. */
export const GroupNormalization: Rule = (node) => {
  const x = node.activation();
  node.ignore("stash_type");
  const groups = node.int("num_groups", 0);
  const channels = x.axes[1] ?? [];
  return normalized(node, x, channels, (options, tensor, named) =>
    node.network.add(groupNormalization, { ...options, groups }, [tensor], named),
  );
};

type Named = Parameters<Node["network"]["add"]>[3];

/** A normalization of each image, with a scale and perhaps a shift along some factors. */
function normalized(
  node: Node,
  x: Activation,
  factors: readonly Factor[],
  layer: (
    options: { epsilon: number; center: boolean },
    tensor: Activation["tensor"],
    named: Named,
  ) => Activation["tensor"],
): Activation {
  if (factors.includes(BATCH)) node.refuse("expected it over the numbers of an image, got it over the images");
  const { tensor, order, last } = withLast(x, factors, node.network, node.refuse);
  node.network.take(sizeOfAxis(last));
  const place = indicesOf(last, factors);
  const size = [place.length];
  const shift = node.optionalConstant(2, "the shift");
  const weights = {
    gamma: weight(size, numbersOf(node, node.constant(1, "the scale"), "the scale", place)),
    ...(shift && { beta: weight(size, numbersOf(node, shift, "the shift", place)) }),
  };
  const options = { epsilon: node.float("epsilon", 1e-5), center: shift !== undefined };
  const name = layerName(node, node.constant(1, "the scale"));
  return { ...x, tensor: layer(options, tensor, { weights, name }), order, isOnlyUse: true };
}
