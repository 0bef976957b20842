import { activation as activationLayer } from "../../../../layers/activation.ts";
import { elu } from "../../../../layers/elu.ts";
import type { SymbolicTensor } from "../../../../layers/layer.ts";
import { leakyRelu } from "../../../../layers/leaky-relu.ts";
import { prelu } from "../../../../layers/prelu.ts";
import { relu } from "../../../../layers/relu.ts";
import type { ActivationName } from "../../../../ops/activations/table.ts";
import { elementwise } from "../constant.ts";
import { isSameSet, shaped, withLast } from "../layout.ts";
import { layerName } from "../names.ts";
import { weight } from "../network.ts";
import type { Node } from "../node.ts";
import { type Activation, BATCH, ofImage, sizeOfAxis } from "../value.ts";
import { affine, spread } from "./affine.ts";
import { axisOf } from "./axes-of.ts";
import type { Rule } from "./rule.ts";

/** Applies an activation: as the option of the layer before it where that has none yet, else as a layer. */
export function activated(node: Node, x: Activation, name: ActivationName): Activation {
  const { layer } = x.tensor;
  if (x.isOnlyUse && layer.config.activation === "linear")
    return { ...x, tensor: node.network.replace(x.tensor, { activation: name }) };
  return by(x, (tensor) =>
    node.network.add(activationLayer, { activation: name }, [tensor], { name: layerName(node) }),
  );
}

function by(x: Activation, layer: (tensor: SymbolicTensor) => SymbolicTensor): Activation {
  return { ...x, tensor: layer(x.tensor), isOnlyUse: true };
}

const named =
  (name: ActivationName, onConstant?: (x: number) => number): Rule =>
  (node) => {
    node.ignore("consumed_inputs");
    const x = node.value(0);
    if (x.kind === "constant" && onConstant) return elementwise(node, [x], (each) => onConstant(each!));
    return activated(node, node.activation(), name);
  };

/** https://onnx.ai/onnx/operators/onnx__Relu.html */
export const Relu: Rule = named("relu", (x) => Math.max(x, 0));
/** https://onnx.ai/onnx/operators/onnx__Sigmoid.html */
export const Sigmoid: Rule = named("sigmoid");
/** https://onnx.ai/onnx/operators/onnx__Tanh.html */
export const Tanh: Rule = named("tanh");
/** https://onnx.ai/onnx/operators/onnx__Softplus.html */
export const Softplus: Rule = named("softplus");
/** https://onnx.ai/onnx/operators/onnx__Softsign.html */
export const Softsign: Rule = named("softsign");
/** https://onnx.ai/onnx/operators/onnx__Mish.html */
export const Mish: Rule = named("mish");
/** https://onnx.ai/onnx/operators/onnx__HardSwish.html */
export const HardSwish: Rule = named("hard_silu");
/** https://onnx.ai/onnx/operators/onnx__Exp.html */
export const Exp: Rule = named("exponential", Math.exp);

/** https://onnx.ai/onnx/operators/onnx__Gelu.html */
export const Gelu: Rule = (node) => {
  const approximate = node.text("approximate", "none");
  if (approximate !== "none")
    node.refuse(`expected approximate "none", got ${JSON.stringify(approximate.slice(0, 20))}`);
  return activated(node, node.activation(), "gelu");
};

/** https://onnx.ai/onnx/operators/onnx__Selu.html */
export const Selu: Rule = (node) => {
  node.ignore("consumed_inputs");
  const isUsual =
    Math.abs(node.float("alpha", 1.6732632) - 1.6732632) < 1e-3 &&
    Math.abs(node.float("gamma", 1.050701) - 1.050701) < 1e-3;
  if (!isUsual) node.refuse("expected alpha 1.67326 and gamma 1.0507, got others");
  return activated(node, node.activation(), "selu");
};

/** https://onnx.ai/onnx/operators/onnx__Elu.html */
export const Elu: Rule = (node) => {
  node.ignore("consumed_inputs");
  const alpha = node.float("alpha", 1);
  const x = node.activation();
  if (alpha === 1) return activated(node, x, "elu");
  return by(x, (tensor) => node.network.add(elu, { alpha }, [tensor], { name: layerName(node) }));
};

/** https://onnx.ai/onnx/operators/onnx__LeakyRelu.html */
export const LeakyRelu: Rule = (node) => {
  node.ignore("consumed_inputs");
  const negativeSlope = node.float("alpha", 0.01);
  const x = node.activation();
  if (Math.fround(negativeSlope) === Math.fround(0.2)) return activated(node, x, "leaky_relu");
  return by(x, (tensor) => node.network.add(leakyRelu, { negativeSlope }, [tensor], { name: layerName(node) }));
};

/** https://onnx.ai/onnx/operators/onnx__ThresholdedRelu.html */
export const ThresholdedRelu: Rule = (node) => {
  const threshold = node.float("alpha", 1);
  return by(node.activation(), (tensor) => node.network.add(relu, { threshold }, [tensor], { name: layerName(node) }));
};

/** https://onnx.ai/onnx/operators/onnx__HardSigmoid.html: max(0, min(1, alpha x + beta)); the layers' has 1/6 and 1/2. */
export const HardSigmoid: Rule = (node) => {
  node.ignore("consumed_inputs");
  const [alpha, beta] = [node.float("alpha", 0.2), node.float("beta", 0.5)];
  const x = node.activation();
  const isUsual = Math.abs(alpha * 6 - 1) < 1e-6 && beta === 0.5;
  return activated(node, isUsual ? x : affine(node, x, { scale: 6 * alpha, offset: 6 * beta - 3 }), "hard_sigmoid");
};

/** https://onnx.ai/onnx/operators/onnx__PRelu.html */
export const PRelu: Rule = (node) => {
  const x = node.activation();
  const slope = node.constant(1, "the slopes");
  node.ignore("consumed_inputs");
  // Before opset 7, a list of slopes has one for each channel, whatever follows the channels.
  const isOld = node.opset < 7 && slope.dims.length === 1;
  const ones = Array.from({ length: Math.max(x.axes.length - 2, 0) }, () => 1);
  const slopes = spread(node, x, isOld ? { ...slope, dims: [...slope.dims, ...ones] } : slope);
  const of = slopes.factors.length === 0 ? { ...x, last: [] } : withLast(x, slopes.factors, node.network, node.refuse);
  const { tensor } = of;
  const isShared = slopes.factors.length === 0;
  const alpha = tensor.shape.map((size, axis) => (isShared || axis < tensor.shape.length - 1 ? 1 : size));
  const sharedAxes = tensor.shape.flatMap((_, axis) => (isShared || axis < tensor.shape.length - 1 ? [axis + 1] : []));
  const data = slopes.along(of.last);
  const weights = { alpha: weight(alpha, data) };
  const made = node.network.add(prelu, { sharedAxes }, [tensor], { weights, name: layerName(node, slope) });
  return { ...x, tensor: made, order: of.order, isOnlyUse: true };
};

/** https://onnx.ai/onnx/operators/onnx__Log.html: of a softmax. */
export const Log: Rule = (node) => {
  const x = node.value(0);
  if (x.kind === "constant") return elementwise(node, [x], (each) => Math.log(each!));
  const isSoftmax = x.isOnlyUse && x.tensor.layer.config.activation === "softmax";
  if (!isSoftmax) return node.refuse("a logarithm is supported of a Softmax only, and where nothing else reads that");
  return { ...x, tensor: node.network.replace(x.tensor, { activation: "log_softmax" }) };
};

/** https://onnx.ai/onnx/operators/onnx__Clip.html */
export const Clip: Rule = (node) => {
  node.ignore("consumed_inputs");
  const bound = (input: number, name: "min" | "max", fallback: number) =>
    node.optionalConstant(input, name)?.data[0] ?? node.float(name, fallback);
  const [min, max] = [bound(1, "min", -LARGEST), bound(2, "max", LARGEST)];
  const x = node.value(0);
  if (x.kind === "constant") return elementwise(node, [x], (each) => Math.min(Math.max(each!, min), max));
  return clipped(node, x, min, max);
};

const LARGEST = 3.4028234663852886e38;

/** min(max(x, min), max). */
export function clipped(node: Node, x: Activation, min: number, max: number): Activation {
  if (Number.isNaN(min) || Number.isNaN(max) || min > max) node.refuse(`expected min up to max, got ${min} and ${max}`);
  const [isOpen, isEndless] = [min <= -LARGEST, max >= LARGEST];
  if (isOpen && isEndless) return x;
  // min(x, max) = max - relu(max - x)
  if (isOpen)
    return affine(node, activated(node, affine(node, x, { scale: -1, offset: max }), "relu"), {
      scale: -1,
      offset: max,
    });
  if (min === 0 && isEndless) return activated(node, x, "relu");
  if (min === 0 && max === 6) return activated(node, x, "relu6");
  const above = min === 0 ? x : affine(node, x, { scale: 1, offset: -min });
  const rectified = isEndless
    ? activated(node, above, "relu")
    : by(above, (tensor) => node.network.add(relu, { maxValue: max - min }, [tensor], { name: layerName(node) }));
  return min === 0 ? rectified : affine(node, rectified, { scale: 1, offset: min });
}

/** https://onnx.ai/onnx/operators/onnx__Softmax.html */
export const Softmax: Rule = (node) => acrossAxis(node, "softmax");
/** https://onnx.ai/onnx/operators/onnx__LogSoftmax.html */
export const LogSoftmax: Rule = (node) => acrossAxis(node, "log_softmax");

/** Before opset 13, all axes from `axis` on are one. */
function acrossAxis(node: Node, name: "softmax" | "log_softmax"): Activation {
  const x = node.activation();
  const isOld = node.opset < 13;
  const axis = axisOf(node, node.int("axis", isOld ? 1 : -1), x.axes.length);
  const all = isOld ? x.axes.slice(axis).flat() : x.axes[axis]!;
  const factors = ofImage(all);
  // In an axis with more than the images, the file has one image.
  const isOne = node.setting.batch === 1 || (!isOld && factors.length > 0);
  if (all.includes(BATCH) && !isOne) node.refuse("expected it over the numbers of an image, got it over the images");
  const { tensor, order } = withLast(x, factors, node.network, node.refuse);
  const isWhole = isSameSet(factors, order);
  return activated(
    node,
    { ...x, tensor: isWhole ? shaped(tensor, [sizeOfAxis(factors)], node.network) : tensor, order },
    name,
  );
}
