import { averagePooling2d } from "../../../../layers/average-pooling2d.ts";
import { globalAveragePooling2d } from "../../../../layers/global-average-pooling2d.ts";
import { globalMaxPooling2d } from "../../../../layers/global-max-pooling2d.ts";
import type { SymbolicTensor } from "../../../../layers/layer.ts";
import { maxPooling2d } from "../../../../layers/max-pooling2d.ts";
import { zeroPadding2d } from "../../../../layers/zero-padding2d.ts";
import { arranged } from "../layout.ts";
import { layerName } from "../names.ts";
import type { Node } from "../node.ts";
import { type Activation, BATCH, dimsOf, dimsText, type Factor } from "../value.ts";
import { axesOf } from "./axes-of.ts";
import { maps, mapsOf } from "./convolution.ts";
import type { Rule } from "./rule.ts";
import { paddingOf, pairOf, type Sides, sidesOf } from "./windows.ts";

/** https://onnx.ai/onnx/operators/onnx__MaxPool.html */
export const MaxPool: Rule = (node) => maximum(node, none);

const none: Sides = [
  [0, 0],
  [0, 0],
];

/**
 * A maximum after a padding that repeats the edges (Keras with PyTorch writes it for padding "same"), with the numbers of
 * that as second input: a window over an edge has the edge's numbers anyway.
 */
export const paddedMaxPool: Rule = (node) => {
  const pads = [...node.constant(1, "the pads").data];
  const [, , top = 0, left = 0, , , bottom = 0, right = 0] = pads;
  const size = pairOf(node, "kernel_shape");
  const isNarrow = Math.max(top, bottom) < size[0] && Math.max(left, right) < size[1];
  const others = [0, 1, 4, 5].some((i) => pads[i] !== 0);
  if (pads.length !== 8 || others || pads.some((each) => !(each >= 0)) || !isNarrow)
    node.refuse(`expected rows and columns to be repeated within a window, got pads [${pads.slice(0, 16)}]`);
  return maximum(node, [
    [top, bottom],
    [left, right],
  ]);
};

function maximum(node: Node, added: Sides): Activation {
  const { image, sides, padding, ...window } = windowOf(node, added);
  node.ignore("storage_order");
  const name = layerName(node);
  const options = { poolSize: window.size, strides: window.strides };
  if (padding !== undefined)
    return maps(node.activation(), node.network.add(maxPooling2d, { ...options, padding }, [image], { name }));
  if (!isNonNegative(image))
    node.refuse(
      `padding [${sides.join("; ")}] of a maximum over numbers that may be negative is not supported: SAME_UPPER and VALID are`,
    );
  // Zeros change no maximum of numbers that are at least 0.
  const padded = node.network.add(zeroPadding2d, { padding: sides }, [image]);
  return maps(node.activation(), node.network.add(maxPooling2d, options, [padded], { name }));
}

/** https://onnx.ai/onnx/operators/onnx__AveragePool.html */
export const AveragePool: Rule = (node) => {
  const { image, sides, padding, isCeiled, ...window } = windowOf(node, none);
  const countsPadding = node.int("count_include_pad", 0) !== 0;
  const name = layerName(node);
  const options = { poolSize: window.size, strides: window.strides };
  const x = node.activation();
  if (padding === "valid" || (padding === "same" && !countsPadding))
    return maps(x, node.network.add(averagePooling2d, { ...options, padding }, [image], { name }));
  if (!countsPadding || isCeiled)
    node.refuse(
      `padding [${sides.join("; ")}] of a mean that leaves the padding out is not supported: SAME_UPPER and VALID are`,
    );
  const padded = node.network.add(zeroPadding2d, { padding: sides }, [image]);
  return maps(x, node.network.add(averagePooling2d, options, [padded], { name }));
};

interface PoolWindow {
  readonly image: SymbolicTensor;
  readonly size: readonly [number, number];
  readonly strides: readonly [number, number];
  /** The padding, with what `ceil_mode` adds at the end. */
  readonly sides: Sides;
  readonly isCeiled: boolean;
  readonly padding: "valid" | "same" | undefined;
}

function windowOf(node: Node, added: Sides): PoolWindow {
  if (node.outputs.slice(1).some((output) => (node.setting.uses.get(output) ?? 0) > 0))
    node.refuse("the places of the maxima (its second output) are not supported");
  const image = mapsOf(node, node.activation());
  const [rows, columns] = image.shape as [number, number, number];
  if (!node.has("kernel_shape")) node.refuse("expected a kernel_shape, got none");
  const size = pairOf(node, "kernel_shape");
  const strides = pairOf(node, "strides");
  if (pairOf(node, "dilations").some((each) => each !== 1)) node.refuse("dilations other than 1 are not supported");
  const own = sidesOf(node, [rows + sum(added[0]), columns + sum(added[1])], size, strides);
  const given = own.map(([before, after], i) => [before + added[i]![0], after + added[i]![1]]) as unknown as Sides;
  const isCeil = node.int("ceil_mode", 0) !== 0 && node.text("auto_pad", "NOTSET") === "NOTSET";
  const sides = [rows, columns].map((input, i) => {
    const [before, after] = given[i]!;
    const space = input + before + after - size[i]!;
    const rest = ((space % strides[i]!) + strides[i]!) % strides[i]!;
    // A last window that begins in the padding is left out.
    const isAdded = isCeil && rest > 0 && space - rest + strides[i]! < input + before;
    return [before, isAdded ? after + strides[i]! - rest : after] as const;
  }) as unknown as Sides;
  // Padding that no window reaches changes nothing.
  const reached = [rows, columns].map((input, i) => {
    const [before, after] = sides[i]!;
    const rest = (input + before + after - size[i]!) % strides[i]!;
    return [before, Math.max(after - rest, 0)] as const;
  }) as unknown as Sides;
  const padding =
    paddingOf(sides, [rows, columns], size, strides) ?? paddingOf(reached, [rows, columns], size, strides);
  return { image, size, strides, sides, isCeiled: sides.join() !== given.join(), padding };
}

function sum([a, b]: readonly [number, number]): number {
  return a + b;
}

/** Layers that keep numbers of at least 0 as they are, or take the mean or the maximum of some. */
const KEEPS = ["maxPooling2d", "averagePooling2d", "dropout", "zeroPadding2d", "reshape", "permute", "flatten"];
const NOT_NEGATIVE = ["relu", "relu6", "sigmoid", "hard_sigmoid", "softmax", "softplus", "exponential"];

/** Whether all numbers are at least 0, as far as the layers say. */
function isNonNegative(x: SymbolicTensor): boolean {
  let tensor = x;
  while (KEEPS.includes(tensor.layer.type)) tensor = tensor.inputs[0]!;
  const { activation, negativeSlope } = tensor.layer.config as { activation?: string; negativeSlope?: number };
  return tensor.layer.type === "relu" ? negativeSlope === 0 : NOT_NEGATIVE.includes(activation ?? "");
}

/** https://onnx.ai/onnx/operators/onnx__GlobalAveragePool.html */
export const GlobalAveragePool: Rule = (node) => overMaps(node, "average");
/** https://onnx.ai/onnx/operators/onnx__GlobalMaxPool.html */
export const GlobalMaxPool: Rule = (node) => overMaps(node, "max");

function overMaps(node: Node, kind: "average" | "max"): Activation {
  const { axes } = node.activation();
  if (axes.length !== 4)
    node.refuse(`expected images [N, channels, rows, columns] as input, got ${dimsText(dimsOf(node.activation()))}`);
  return global(node, kind, [2, 3], true);
}

/** https://onnx.ai/onnx/operators/onnx__ReduceMean.html */
export const ReduceMean: Rule = (node) => reduced(node, "average");
/** https://onnx.ai/onnx/operators/onnx__ReduceMax.html */
export const ReduceMax: Rule = (node) => reduced(node, "max");

function reduced(node: Node, kind: "average" | "max"): Activation {
  const { axes } = node.activation();
  const given = axesOf(node, axes.length);
  if (given.length === 0) node.refuse("expected axes over which it is taken, got none");
  node.ignore("noop_with_empty_axes");
  return global(node, kind, given, node.int("keepdims", 1) !== 0);
}

/** The mean or the maximum over some axes of ONNX. */
function global(node: Node, kind: "average" | "max", over: readonly number[], keeps: boolean): Activation {
  const x = node.activation();
  const gone = over.flatMap((axis) => x.axes[axis]!);
  if (gone.includes(BATCH)) node.refuse("expected it over axes of an image, got it over the images");
  const axes = x.axes.flatMap((axis, i) => (!over.includes(i) ? [axis] : keeps ? [[]] : []));
  const kept = x.order.filter((factor) => !gone.includes(factor));
  const groups: (readonly Factor[])[] =
    over.length === 2 ? [x.axes[over[0]!]!, x.axes[over[1]!]!, kept] : [gone, [], kept];
  const sorted = x.order.filter((factor) => gone.includes(factor));
  const isInOrder = groups
    .slice(0, 2)
    .flat()
    .every((factor, i) => factor === sorted[i]);
  const image = arranged(x, isInOrder ? groups : [sorted, [], kept], node.network, node.refuse);
  const make = kind === "max" ? globalMaxPooling2d : globalAveragePooling2d;
  const tensor = node.network.add(make, {}, [image], { name: layerName(node) });
  return { ...x, tensor, order: kept, axes, isOnlyUse: true };
}
