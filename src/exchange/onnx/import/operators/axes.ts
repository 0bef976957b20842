/** Operators that change the axes of a tensor and none of its numbers. */

import { sizeOf } from "../../../../core/tensor.ts";
import { elementType, typeName } from "../../../../formats/onnx/tensor.ts";
import { dropout } from "../../../../layers/dropout.ts";
import { constant, isInteger, listIn, taken } from "../constant.ts";
import { reshaped } from "../layout.ts";
import { layerName } from "../names.ts";
import type { Node } from "../node.ts";
import { BATCH, BATCH_SIZE, type Constant, dimsOf, dimsText, type Factor, ofImage, type Value } from "../value.ts";
import { axesOf, axisOf } from "./axes-of.ts";
import { picked } from "./constants.ts";
import type { Rule } from "./rule.ts";

/** https://onnx.ai/onnx/operators/onnx__Identity.html */
export const Identity: Rule = (node) => node.value(0);

/** https://onnx.ai/onnx/operators/onnx__Reshape.html */
export const Reshape: Rule = (node) => {
  const x = node.value(0);
  const given = node.ints("shape") ?? listIn(node, node.constant(1, "the shape"));
  node.ignore("consumed_inputs");
  const copies = node.int("allowzero", 0) === 0;
  const dims = dimsOf(x);
  const target = given.map((size, axis) => (size === 0 && copies ? (dims[axis] ?? 0) : size));
  if (!target.every((size) => Number.isInteger(size) && size >= -1) || target.length > 16)
    node.refuse(`expected a shape, got [${given.slice(0, 16)}]`);
  return withDims(node, x, target);
};

/** https://onnx.ai/onnx/operators/onnx__Flatten.html */
export const Flatten: Rule = (node) => {
  const x = node.value(0);
  const dims = dimsOf(x);
  const given = node.int("axis", 1);
  const axis = given === dims.length ? given : axisOf(node, given, dims.length);
  return withDims(node, x, [sizeOf(dims.slice(0, axis)), sizeOf(dims.slice(axis))]);
};

/** A value with other sizes of its axes. */
function withDims(node: Node, x: Value, target: readonly number[]): Value {
  if (x.kind === "activation") return reshaped(x, target, node.setting.batch, node.refuse);
  const known = sizeOf(target.filter((size) => size !== -1));
  const dims = target.map((size) => (size === -1 ? x.data.length / known : size));
  if (sizeOf(dims) !== x.data.length || !dims.every(Number.isInteger))
    node.refuse(`expected a shape of ${x.data.length} numbers, got [${target}]`);
  return { ...x, dims };
}

/** https://onnx.ai/onnx/operators/onnx__Squeeze.html */
export const Squeeze: Rule = (node) => {
  const x = node.value(0);
  const dims = dimsOf(x);
  const given = axesOf(node, dims.length);
  const axes = given.length > 0 ? given : dims.flatMap((size, axis) => (size === 1 ? [axis] : []));
  const wrong = axes.find((axis) => dims[axis] !== 1);
  // A file for one image may leave out the axis of the images.
  if (wrong === 0 && dims[0] === BATCH_SIZE && node.setting.batch === 1)
    return withDims(
      node,
      x,
      dims.filter((_, axis) => !axes.includes(axis)),
    );
  if (wrong !== undefined) node.refuse(`expected an axis of size 1, got axis ${wrong} of ${dimsText(dims)}`);
  return without(x, axes);
};

function without(x: Value, axes: readonly number[]): Value {
  const isKept = (_: unknown, axis: number) => !axes.includes(axis);
  if (x.kind === "constant") return { ...x, dims: x.dims.filter(isKept) };
  return { ...x, axes: x.axes.filter(isKept) };
}

/** https://onnx.ai/onnx/operators/onnx__Unsqueeze.html */
export const Unsqueeze: Rule = (node) => {
  const x = node.value(0);
  const count = node.ints("axes")?.length ?? node.constant(1, "the axes").data.length;
  const rank = dimsOf(x).length + count;
  if (rank > 16) node.refuse(`expected at most 16 axes, got ${rank}`);
  const axes = axesOf(node, rank);
  const inserted = <Axis>(list: readonly Axis[], one: Axis): Axis[] => {
    const rest = list.values();
    return Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? one : rest.next().value!));
  };
  if (x.kind === "constant") return { ...x, dims: inserted(x.dims, 1) };
  const made = inserted<readonly Factor[]>(x.axes, []);
  // A file for one image may add the axis of the images when it needs one.
  const first = made.findIndex((axis) => axis.length > 0);
  if (first > 0 && made[first]![0] === BATCH) {
    made[first] = ofImage(made[first]!);
    made[0] = [BATCH];
  }
  return { ...x, axes: made };
};

/** https://onnx.ai/onnx/operators/onnx__Transpose.html */
export const Transpose: Rule = (node) => {
  const x = node.value(0);
  const rank = dimsOf(x).length;
  const order = node.ints("perm") ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
  if (order.length !== rank || !Array.from({ length: rank }).every((_, axis) => order.includes(axis)))
    node.refuse(`expected an order of ${rank} axes as perm, got [${order.slice(0, 16)}]`);
  return x.kind === "constant" ? transposed(node, x, order) : { ...x, axes: order.map((axis) => x.axes[axis]!) };
};

function transposed(node: Node, x: Constant, order: readonly number[]): Constant {
  const dims = order.map((axis) => x.dims[axis]!);
  taken(node, dims);
  let indices = new Int32Array(1);
  order.forEach((axis, i) => {
    const [size, step] = [dims[i]!, sizeOf(x.dims.slice(axis + 1))];
    const next = new Int32Array(indices.length * size);
    indices.forEach((index, at) => {
      for (let k = 0; k < size; k++) next[at * size + k] = index + k * step;
    });
    indices = next;
  });
  return picked(x, dims, indices);
}

/** https://onnx.ai/onnx/operators/onnx__Shape.html */
export const Shape: Rule = (node) => {
  const dims = dimsOf(node.value(0));
  const taken = dims.slice(node.int("start", 0), node.int("end") ?? dims.length);
  return constant([taken.length], "int64", taken);
};

/** https://onnx.ai/onnx/operators/onnx__Cast.html */
export const Cast: Rule = (node) => {
  const x = node.value(0);
  const number = node.has("to") ? node.int("to", 0) : 0;
  node.ignore("saturate", "round_mode");
  const to = elementType(number);
  if (to === undefined) return node.refuse(`a cast to ${typeName(number)} is not supported`);
  if (x.kind === "constant") {
    taken(node, x.dims);
    const value = isInteger(to) && !isInteger(x.type) ? Math.trunc : (each: number) => each;
    return {
      ...constant(x.dims, to, Float64Array.from(x.data, to === "bool" ? (each) => (each ? 1 : 0) : value)),
      name: x.name,
    };
  }
  // Small types wrap around, and a truth value is 0 or 1.
  const isExact = !isInteger(to) || to === x.type || (isInteger(x.type) && /32|64/.test(to));
  if (!isExact) node.refuse(`a cast of numbers of the network to ${to} is not supported`);
  if (to.endsWith("float16"))
    node.network.notes.add(`The file computes in ${to}: the model computes in float32, so its numbers are closer.`);
  return { ...x, type: to };
};

/** https://onnx.ai/onnx/operators/onnx__Dropout.html */
export const Dropout: Rule = (node) => {
  const x = node.value(0);
  if (node.outputs.slice(1).some((output) => (node.setting.uses.get(output) ?? 0) > 0))
    node.refuse("its mask (the second output) is not supported");
  node.ignore("is_test", "seed", "consumed_inputs");
  const rate = node.optionalConstant(1, "the ratio")?.data[0] ?? node.float("ratio", 0.5);
  const training = node.optionalConstant(2, "training_mode")?.data[0] ?? 0;
  if (training) node.refuse("training_mode is not supported: export the model for inference");
  if (x.kind === "constant" || rate === 0) return x;
  const tensor = node.network.add(dropout, { rate: Math.fround(rate) }, [x.tensor], { name: layerName(node) });
  return { ...x, tensor, isOnlyUse: true };
};
