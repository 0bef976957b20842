/** Constants that scale or shift a tensor: part of the layer before it, `rescaling`, or a frozen batch normalization. */
import { batchNormalization } from "../../../../layers/batch-normalization.ts";
import type { Layer } from "../../../../layers/layer.ts";
import { rescaling } from "../../../../layers/rescaling.ts";
import { indicesOf, withLast } from "../layout.ts";
import { layerName } from "../names.ts";
import { weight } from "../network.ts";
import type { Node } from "../node.ts";
import { type Activation, type Constant, dimsOf, dimsText, type Factor, ofImage, sizeOfAxis } from "../value.ts";

/** Numbers of a constant that is repeated over a tensor. */
export interface Spread {
  /** Those along which the constant changes; none for a single number. */
  readonly factors: readonly Factor[];
  /** The numbers along factors in another order, which have the constant's; one number for none. */
  along(last: readonly Factor[]): Float64Array;
}

/** How a constant is repeated over an activation, whose shape it must not change. */
export function spread(node: Node, x: Activation, { dims, data }: Constant): Spread {
  const rank = x.axes.length;
  const all = dimsOf(x);
  const placed = legacyDims(node, dims, rank);
  const misfit = () => node.refuse(`expected a constant that fits ${dimsText(all)}, got [${dims}]`);
  if (placed.length > rank) return misfit();
  const aligned = [...Array.from({ length: rank - placed.length }, () => 1), ...placed];
  // In an axis with the images, the file has one image.
  const fits = aligned.every((size, axis) => size === 1 || size === sizeOfAxis(ofImage(x.axes[axis]!)));
  if (!fits) return misfit();
  const factors = x.axes.flatMap((axis, i) => (aligned[i] === 1 ? [] : ofImage(axis)));
  return {
    factors,
    along(last) {
      const count = sizeOfAxis(last);
      node.network.take(count);
      const indices = indicesOf(last, factors);
      return Float64Array.from(indices, (index) => data[index]!);
    },
  };
}

/** Before opset 7, `axis` says which axis of the other input the first one of the constant is. */
function legacyDims(node: Node, dims: readonly number[], rank: number): readonly number[] {
  node.ignore("consumed_inputs");
  node.int("broadcast", 0);
  const axis = node.int("axis");
  if (axis === undefined || dims.length === 0)
    return dims.slice(
      Math.max(
        dims.findIndex((size, i) => size !== 1 || i >= dims.length - rank),
        0,
      ),
    );
  const from = axis < 0 ? axis + rank : axis;
  if (!(from >= 0 && from + dims.length <= rank)) node.refuse(`expected an axis below ${rank}, got ${axis}`);
  return [...dims, ...Array.from({ length: rank - from - dims.length }, () => 1)];
}

/** scale x + offset, with one number each. */
export function affine(node: Node, x: Activation, { scale, offset }: { scale: number; offset: number }): Activation {
  if (scale === 1 && offset === 0) return x;
  const { tensor } = x;
  if (x.isOnlyUse && takesAffine(tensor.layer)) {
    const units = tensor.shape[tensor.shape.length - 1]!;
    return intoLayer(node, x, new Float64Array(units).fill(scale), new Float64Array(units).fill(offset));
  }
  if (x.isOnlyUse && tensor.layer.type === "rescaling") {
    const before = tensor.layer.config as { scale: number; offset: number };
    const both = { scale: scale * before.scale, offset: scale * before.offset + offset };
    return { ...x, tensor: node.network.replace(tensor, both) };
  }
  const made = node.network.add(rescaling, { scale, offset }, [tensor], { name: layerName(node) });
  return { ...x, tensor: made, isOnlyUse: true };
}

/** scale x + offset with a constant of the file for one of the two. */
export function affineBy(
  node: Node,
  x: Activation,
  given: Constant,
  numbers: (constant: number) => { scale: number; offset: number },
): Activation {
  const { factors, along } = spread(node, x, given);
  if (factors.length === 0)
    return affine(node, x, numbers(given.data[0] ?? node.refuse("expected a number, got none")));
  const { tensor, order, last } = withLast(x, leading(x, factors), node.network, node.refuse);
  const values = Array.from(along(last), numbers);
  const scale = Float64Array.from(values, (each) => each.scale);
  const offset = Float64Array.from(values, (each) => each.offset);
  const arranged = { ...x, tensor, order };
  if (x.isOnlyUse && takesAffine(tensor.layer)) return intoLayer(node, arranged, scale, offset);
  return frozen(node, arranged, scale, offset);
}

/** The factors from the first of some on, in the tensor's order, if they are at its end; else those alone. */
function leading({ order }: Activation, factors: readonly Factor[]): readonly Factor[] {
  return order.slice(order.length - factors.length).every((factor) => factors.includes(factor))
    ? order.slice(order.length - factors.length)
    : factors;
}

const NORMALIZATIONS = ["batchNormalization", "groupNormalization", "layerNormalization"];

/** A layer whose kernel and bias, or gamma and beta, can take a scale and an offset. */
function takesAffine({ type, config, trainable }: Layer): boolean {
  if (NORMALIZATIONS.includes(type)) return trainable && config.scale === true && config.center === true;
  return config.activation === "linear" && ["conv2d", "depthwiseConv2d", "conv2dTranspose", "dense"].includes(type);
}

function intoLayer(node: Node, x: Activation, scale: Float64Array, offset: Float64Array): Activation {
  const { layer } = x.tensor;
  const before = node.network.weights.get(layer)!;
  const units = scale.length;
  const factor = NORMALIZATIONS.includes(layer.type) ? "gamma" : "kernel";
  const summand = factor === "gamma" ? "beta" : "bias";
  const { shape, data } = before[factor]!;
  // Of a transposed convolution, the maps are the last axis but one.
  const inner = layer.type === "conv2dTranspose" ? shape[3]! : 1;
  const scaled = data.map((value, i) => value * scale[Math.floor(i / inner) % units]!);
  const shifted = Float32Array.from(scale, (each, i) => each * (before[summand]?.data[i] ?? 0) + offset[i]!);
  const useBias = before[summand] !== undefined || offset.some((each) => each !== 0);
  const weights = { [factor]: weight(shape, scaled), ...(useBias && { [summand]: weight([units], shifted) }) };
  return { ...x, tensor: node.network.replace(x.tensor, factor === "kernel" ? { useBias } : {}, weights) };
}

const EPSILON = 1e-3;

/** A batch normalization whose statistics change nothing, and stay as they are in training. */
function frozen(node: Node, x: Activation, scale: Float64Array, offset: Float64Array): Activation {
  const size = [scale.length];
  const weights = {
    gamma: weight(size, scale),
    beta: weight(size, offset),
    moving_mean: weight(size, new Float32Array(scale.length)),
    moving_variance: weight(size, new Float32Array(scale.length).fill(1 - EPSILON)),
  };
  const options = { epsilon: EPSILON, trainable: false };
  const tensor = node.network.add(batchNormalization, options, [x.tensor], { weights, name: layerName(node) });
  node.network.notes.add(
    "A scale or shift of each channel became a frozen batchNormalization: training leaves it as it is.",
  );
  return { ...x, tensor, isOnlyUse: true };
}
