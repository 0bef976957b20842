/** Operators that join tensors, cut pieces out of them, or add zeros around them. */

import { sizeOf } from "../../../../core/tensor.ts";
import { channelSlice } from "../../../../layers/channel-slice.ts";
import { concatenate } from "../../../../layers/concatenate.ts";
import { cropping2d } from "../../../../layers/cropping2d.ts";
import { zeroPadding2d } from "../../../../layers/zero-padding2d.ts";
import { listIn, taken } from "../constant.ts";
import { arranged, isBatchAxis, withLast } from "../layout.ts";
import { layerName } from "../names.ts";
import type { Node } from "../node.ts";
import { type Activation, BATCH, type Constant, dimsOf, dimsText, type Factor, type Value } from "../value.ts";
import { axisOf } from "./axes-of.ts";
import { picked } from "./constants.ts";
import { mapsOf } from "./convolution.ts";
import type { Rule } from "./rule.ts";

/** https://onnx.ai/onnx/operators/onnx__Concat.html */
export const Concat: Rule = (node) => {
  const values = Array.from({ length: node.count }, (_, i) => node.value(i));
  const rank = dimsOf(node.value(0)).length;
  const axis = axisOf(node, node.int("axis", 1), rank);
  const isFitting = values.every((value) => {
    const dims = dimsOf(value);
    return dims.length === rank && dims.every((size, i) => i === axis || size === dimsOf(values[0]!)[i]);
  });
  if (!isFitting)
    node.refuse(
      `expected inputs that differ in axis ${axis} only, got ${values.map((each) => dimsText(dimsOf(each))).join(" and ")}`,
    );
  const activations = values.filter((value) => value.kind === "activation");
  if (activations.length === 0) return joinedConstants(node, values as readonly Constant[], axis);
  if (activations.length < values.length) node.refuse("expected inputs that are all computed from the images");
  return activations.length === 1 ? activations[0]! : joinedAlong(node, activations, axis);
};

function joinedConstants(node: Node, values: readonly Constant[], axis: number): Constant {
  const [first] = values as [Constant];
  const dims = first.dims.map((size, i) =>
    i === axis ? values.reduce((sum, each) => sum + each.dims[axis]!, 0) : size,
  );
  const data = new Float64Array(taken(node, dims));
  const inner = sizeOf(first.dims.slice(axis + 1));
  const outer = sizeOf(first.dims.slice(0, axis));
  let at = 0;
  for (let row = 0; row < outer; row++) {
    for (const { dims: own, data: from } of values) {
      const length = own[axis]! * inner;
      data.set(from.subarray(row * length, (row + 1) * length), at);
      at += length;
    }
  }
  return { ...first, name: "", dims, data: first.data instanceof Float32Array ? Float32Array.from(data) : data };
}

function joinedAlong(node: Node, values: readonly Activation[], axis: number): Activation {
  const [first] = values as [Activation];
  if (first.axes[axis]!.includes(BATCH)) node.refuse("expected it along an axis of an image, got it along the images");
  // Each with the axes of the first, in the first's order, and the joined axis last.
  const order = first.order.filter((factor) => !first.axes[axis]!.includes(factor));
  const tensors = values.map((value) => {
    const own = value.axes[axis]!;
    const others = order.map((factor) => counterpart(node, first, value, factor));
    const rows = others.length > 1 ? others.slice(0, 1) : others;
    return arranged(
      value,
      others.length === 0 ? [own] : [rows, others.slice(rows.length), own],
      node.network,
      node.refuse,
    );
  });
  const tensor = node.network.add(concatenate, {}, tensors, { name: layerName(node) });
  const made = { size: tensor.shape[tensor.shape.length - 1]! };
  return {
    ...first,
    tensor,
    order: [...order, made],
    axes: first.axes.map((each, i) => (i === axis ? [made] : each)),
    isOnlyUse: true,
  };
}

/** The factor of another value at the same place of the same axis. */
function counterpart(node: Node, first: Activation, other: Activation, factor: Factor): Factor {
  const axis = first.axes.findIndex((factors) => factors.includes(factor));
  const [own, others] = [first.axes[axis]!, other.axes[axis]!];
  if (own.map(({ size }) => size).join() !== others.map(({ size }) => size).join())
    return node.refuse("its inputs have axes that are cut differently");
  return others[own.indexOf(factor)]!;
}

/** https://onnx.ai/onnx/operators/onnx__Split.html */
export const Split: Rule = (node) => {
  const x = node.value(0);
  const dims = dimsOf(x);
  const axis = axisOf(node, node.int("axis", 0), dims.length);
  const count = node.int("num_outputs", node.outputs.length);
  const given = node.ints("split") ?? [...(node.optionalConstant(1, "the sizes")?.data ?? [])];
  const each = Math.ceil(dims[axis]! / count);
  const sizes = given.length > 0 ? given : node.outputs.map((_, i) => Math.min(each, dims[axis]! - i * each));
  let start = 0;
  return sizes.map((size) => {
    const piece = sliced(node, x, axis, start, start + size);
    start += size;
    return piece;
  });
};

/** https://onnx.ai/onnx/operators/onnx__Slice.html */
export const Slice: Rule = (node) => {
  const x = node.value(0);
  const rank = dimsOf(x).length;
  const list = (name: string, input: number) => {
    const given = node.optionalConstant(input, `the ${name}`);
    return node.ints(name) ?? (given && listIn(node, given));
  };
  const [starts, ends] = [list("starts", 1) ?? [], list("ends", 2) ?? []];
  const axes = list("axes", 3) ?? Array.from(starts, (_, i) => i);
  const steps = node.optionalConstant(4, "the steps")?.data ?? Array.from(starts, () => 1);
  if ([ends, axes, steps].some(({ length }) => length !== starts.length))
    node.refuse("expected a start and an end for each axis");
  return Array.from(axes).reduce<Value>((value, given, i) => {
    const axis = axisOf(node, given, rank);
    const size = dimsOf(value)[axis]!;
    const step = steps[i]!;
    if (step !== 1) return stepped(node, value, axis, { start: starts[i]!, end: ends[i]!, step });
    const place = (at: number) => Math.min(Math.max(at < 0 ? at + size : at, 0), size);
    return sliced(node, value, axis, place(starts[i]!), place(ends[i]!));
  }, x);
};

/** Each `step`-th place along an axis, backwards where it is negative. */
function stepped(
  node: Node,
  x: Value,
  axis: number,
  { start, end, step }: { start: number; end: number; step: number },
): Value {
  if (x.kind === "activation" || !Number.isInteger(step) || step === 0)
    return node.refuse(`expected steps of 1, got ${step}`);
  const size = x.dims[axis]!;
  const place = (at: number, least: number, most: number) => Math.min(Math.max(at < 0 ? at + size : at, least), most);
  const [from, to] =
    step > 0 ? [place(start, 0, size), place(end, 0, size)] : [place(start, 0, size - 1), place(end, -1, size - 1)];
  const count = Math.max(Math.ceil((to - from) / step), 0);
  const dims = x.dims.map((each, i) => (i === axis ? count : each));
  const inner = sizeOf(x.dims.slice(axis + 1));
  const indices = new Int32Array(taken(node, dims));
  for (let i = 0; i < indices.length; i++) {
    const row = Math.floor(i / inner / count);
    indices[i] = (row * size + from + (Math.floor(i / inner) % count) * step) * inner + (i % inner);
  }
  return picked(x, dims, indices);
}

function sliced(node: Node, x: Value, axis: number, start: number, end: number): Value {
  const dims = dimsOf(x);
  const size = dims[axis]!;
  if (!(start >= 0 && start < end && end <= size))
    node.refuse(`expected a part of axis ${axis} of ${dimsText(dims)}, got ${start} to ${end}`);
  if (start === 0 && end === size) return x;
  if (x.kind === "constant") {
    const inner = sizeOf(dims.slice(axis + 1));
    const outer = sizeOf(dims.slice(0, axis));
    const cut = dims.map((each, i) => (i === axis ? end - start : each));
    taken(node, cut);
    const length = (end - start) * inner;
    const indices = Int32Array.from(
      { length: outer * length },
      (_, i) => Math.floor(i / length) * size * inner + start * inner + (i % length),
    );
    return picked(x, cut, indices);
  }
  const along = x.axes[axis]!;
  if (along.includes(BATCH)) node.refuse("expected a part of an image, got a part of the images");
  if (x.axes.length === 4 && isBatchAxis(x.axes[0]) && axis > 1) {
    const cropping = [2, 3].map((each) => (each === axis ? ([start, size - end] as const) : ([0, 0] as const)));
    return cropped(node, x, cropping as unknown as Sides);
  }
  const { tensor, order } = withLast(x, along, node.network, node.refuse);
  if (along.length > 1 && order.slice(-along.length).some((factor, i) => factor !== along[i]))
    node.refuse("expected an axis whose elements follow each other");
  const made = end - start === 1 ? [] : [{ size: end - start }];
  return {
    ...x,
    tensor: node.network.add(channelSlice, { start, count: end - start }, [tensor], { name: layerName(node) }),
    order: [...order.filter((factor) => !along.includes(factor)), ...made],
    axes: x.axes.map((each, i) => (i === axis ? made : each)),
    isOnlyUse: true,
  };
}

type Sides = readonly [readonly [number, number], readonly [number, number]];

function cropped(node: Node, x: Activation, cropping: Sides): Activation {
  const tensor = node.network.add(cropping2d, { cropping }, [mapsOf(node, x)], { name: layerName(node) });
  return ofMaps(x, tensor);
}

/** Maps whose rows and columns have changed. */
function ofMaps(x: Activation, tensor: Activation["tensor"]): Activation {
  const [rows, columns] = tensor.shape.map((size) => (size === 1 ? [] : [{ size }])) as [Factor[], Factor[]];
  const channels = x.axes[1]!;
  return {
    ...x,
    tensor,
    order: [...rows, ...columns, ...channels],
    axes: [[BATCH], channels, rows, columns],
    isOnlyUse: true,
  };
}

/** https://onnx.ai/onnx/operators/onnx__Gather.html: of constants. */
export const Gather: Rule = (node) => {
  const x = node.constant(0, "what is picked from");
  const indices = node.constant(1, "the indices");
  const axis = axisOf(node, node.int("axis", 0), x.dims.length);
  const size = x.dims[axis]!;
  const inner = sizeOf(x.dims.slice(axis + 1));
  const outer = sizeOf(x.dims.slice(0, axis));
  const dims = [...x.dims.slice(0, axis), ...indices.dims, ...x.dims.slice(axis + 1)];
  const places = new Int32Array(taken(node, dims));
  let at = 0;
  for (let row = 0; row < outer; row++) {
    for (const given of indices.data) {
      const index = axisOf(node, given, size);
      for (let i = 0; i < inner; i++) places[at++] = (row * size + index) * inner + i;
    }
  }
  return picked(x, dims, places);
};

/** https://onnx.ai/onnx/operators/onnx__Pad.html: zeros around images; a negative number cuts off. */
export const Pad: Rule = (node) => {
  const x = node.activation();
  const pads = node.ints("pads") ?? node.ints("paddings") ?? listIn(node, node.constant(1, "the pads"));
  const mode = node.text("mode", "constant");
  const value = node.optionalConstant(2, "the value")?.data[0] ?? node.float("value", 0);
  const rank = x.axes.length;
  const axes = node.optionalConstant(3, "the axes")?.data ?? Array.from({ length: rank }, (_, axis) => axis);
  if (pads.length !== 2 * axes.length)
    node.refuse(`expected two numbers for each of ${axes.length} axes as pads, got ${pads.length}`);
  const sides = Array.from({ length: rank }, () => [0, 0] as [number, number]);
  Array.from(axes).forEach((axis, i) => {
    sides[axisOf(node, axis, rank)] = [pads[i]!, pads[i + axes.length]!];
  });
  if (sides.flat().every((each) => each === 0)) return x;
  if (mode !== "constant" || value !== 0)
    node.refuse(`expected zeros to be added, got ${mode === "constant" ? value : JSON.stringify(mode.slice(0, 20))}`);
  const orders = (
    [
      [2, 3, 1],
      [1, 2, 3],
    ] as const
  ).filter((order) =>
    sides.every((side, axis) => side.every((each) => each === 0) || order[0] === axis || order[1] === axis),
  );
  const isInOrder = (order: readonly number[]) =>
    order.flatMap((axis) => x.axes[axis]!).every((factor, i) => factor === x.order[i]);
  const axesOfImage = rank === 4 ? (orders.find(isInOrder) ?? orders[0]) : undefined;
  if (!axesOfImage)
    return node.refuse(
      `expected zeros around the rows and columns of images, got pads [${pads.slice(0, 16)}] of ${dimsText(dimsOf(x))}`,
    );
  return padded(node, x, axesOfImage, [sides[axesOfImage[0]]!, sides[axesOfImage[1]]!]);
};

function padded(
  node: Node,
  x: Activation,
  [rows, columns, channels]: readonly [number, number, number],
  sides: Sides,
): Activation {
  const parts = (of: (size: number) => number) =>
    sides.map((side) => side.map((each) => Math.max(of(each), 0))) as unknown as Sides;
  const [added, cut] = [parts((each) => each), parts((each) => -each)];
  const isAny = (given: Sides) => given.flat().some((each) => each > 0);
  let tensor = arranged(x, [x.axes[rows]!, x.axes[columns]!, x.axes[channels]!], node.network, node.refuse);
  if (isAny(cut)) tensor = node.network.add(cropping2d, { cropping: cut }, [tensor], { name: layerName(node) });
  if (isAny(added)) tensor = node.network.add(zeroPadding2d, { padding: added }, [tensor], { name: layerName(node) });
  const [H, W] = tensor.shape.map((size) => (size === 1 ? [] : [{ size }])) as [Factor[], Factor[]];
  const axes = x.axes.map((axis, i) => (i === rows ? H : i === columns ? W : axis));
  return { ...x, tensor, order: [...H, ...W, ...x.axes[channels]!], axes, isOnlyUse: true };
}
