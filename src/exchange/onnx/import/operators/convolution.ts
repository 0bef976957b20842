import { conv2d } from "../../../../layers/conv2d.ts";
import { conv2dTranspose } from "../../../../layers/conv2d-transpose.ts";
import { cropping2d } from "../../../../layers/cropping2d.ts";
import { depthwiseConv2d } from "../../../../layers/depthwise-conv2d.ts";
import type { SymbolicTensor } from "../../../../layers/layer.ts";
import { zeroPadding2d } from "../../../../layers/zero-padding2d.ts";
import { arranged, isBatchAxis } from "../layout.ts";
import { layerName } from "../names.ts";
import { weight } from "../network.ts";
import type { Node } from "../node.ts";
import { type Activation, BATCH, type Constant, dimsOf, dimsText } from "../value.ts";
import type { Rule } from "./rule.ts";
import { isZero, paddingOf, pairOf, sidesOf } from "./windows.ts";

/** https://onnx.ai/onnx/operators/onnx__Conv.html */
export const Conv: Rule = (node) => {
  const x = node.activation(0);
  const kernel = kernelOf(node);
  const [filters, channelsOfGroup, ...kernelSize] = kernel.dims as [number, number, number, number];
  const groups = node.int("group", 1);
  checkKernelShape(node, kernelSize);
  const strides = pairOf(node, "strides");
  const dilationRate = pairOf(node, "dilations");
  const image = mapsOf(node, x);
  const [rows, columns, channels] = image.shape as [number, number, number];
  if (groups < 1 || channelsOfGroup * groups !== channels)
    node.refuse(`expected a kernel for ${channels} channels in ${groups} groups, got [${kernel.dims}]`);
  const size = kernelSize.map((taps, i) => (taps - 1) * dilationRate[i]! + 1) as [number, number];
  const sides = sidesOf(node, [rows, columns], size, strides);
  const known = paddingOf(sides, [rows, columns], size, strides);
  const padding = known ?? "valid";
  const input = known ? image : node.network.add(zeroPadding2d, { padding: sides }, [image]);
  const bias = node.optionalConstant(2, "the bias");
  const useBias = bias !== undefined;
  const ofBias = bias && { bias: weight([filters], biasOf(node, bias, filters)) };
  const name = layerName(node, kernel);
  // A group of one channel each: depthwise.
  if (groups > 1 && channelsOfGroup === 1 && filters % channels === 0) {
    const depthMultiplier = filters / channels;
    const weights = { kernel: weight([...kernelSize, channels, depthMultiplier], lastFirst(kernel)), ...ofBias };
    const options = { kernelSize, strides, padding, depthMultiplier, dilationRate, useBias };
    return maps(x, node.network.add(depthwiseConv2d, options, [input], { weights, name }));
  }
  const weights = { kernel: weight([...kernelSize, channelsOfGroup, filters], lastFirst(kernel)), ...ofBias };
  const options = { filters, kernelSize, strides, padding, dilationRate, groups, useBias };
  return maps(x, node.network.add(conv2d, options, [input], { weights, name }));
};

/** https://onnx.ai/onnx/operators/onnx__ConvTranspose.html */
export const ConvTranspose: Rule = (node) => {
  const x = node.activation(0);
  const kernel = kernelOf(node);
  const [channels, filters, ...kernelSize] = kernel.dims as [number, number, number, number];
  checkKernelShape(node, kernelSize);
  if (node.int("group", 1) !== 1) node.refuse(`expected 1 group, got ${node.int("group")}`);
  if (node.has("output_shape")) node.refuse("output_shape is not supported: pads and output_padding are");
  const mode = node.text("auto_pad", "NOTSET");
  if (mode !== "NOTSET" && mode !== "VALID") node.refuse(`expected auto_pad NOTSET or VALID, got ${mode.slice(0, 20)}`);
  const strides = pairOf(node, "strides");
  const dilationRate = pairOf(node, "dilations");
  const outputPadding = (node.ints("output_padding") ?? [0, 0]) as [number, number];
  const image = mapsOf(node, x);
  if (image.shape[2] !== channels)
    node.refuse(`expected a kernel for ${image.shape[2]} channels, got [${kernel.dims}]`);
  const sides = sidesOf(node, [1, 1], [1, 1], strides);
  const bias = node.optionalConstant(2, "the bias");
  const data = new Float32Array(kernel.data.length);
  const taps = kernelSize[0]! * kernelSize[1]!;
  kernel.data.forEach((value, i) => {
    const [tap, filter] = [i % taps, Math.floor(i / taps) % filters];
    data[(tap * filters + filter) * channels + Math.floor(i / taps / filters)] = value;
  });
  const weights = {
    kernel: weight([...kernelSize, filters, channels], data),
    ...(bias && { bias: weight([filters], biasOf(node, bias, filters)) }),
  };
  const options = { filters, kernelSize, strides, dilationRate, outputPadding, useBias: bias !== undefined } as const;
  const made = node.network.add(conv2dTranspose, { ...options, kernelSize: pair(kernelSize) }, [image], {
    weights,
    name: layerName(node, kernel),
  });
  return maps(x, isZero(sides) ? made : node.network.add(cropping2d, { cropping: sides }, [made]));
};

function pair(sizes: readonly number[]): readonly [number, number] {
  return sizes as unknown as readonly [number, number];
}

function kernelOf(node: Node): Constant {
  const kernel = node.constant(1, "the kernel");
  if (kernel.dims.length === 4) return kernel;
  return node.refuse(
    `expected a convolution of images, with a kernel of 4 axes, got one of ${kernel.dims.length} axes: other convolutions are not supported`,
  );
}

function checkKernelShape(node: Node, size: readonly number[]): void {
  const given = node.ints("kernel_shape");
  if (given && given.join() !== size.join())
    node.refuse(`expected the kernel_shape [${size}] of its kernel, got [${given.slice(0, 8)}]`);
}

function biasOf(node: Node, bias: Constant, filters: number): Constant["data"] {
  if (bias.data.length === filters) return bias.data;
  return node.refuse(`expected a bias of ${filters} numbers, got [${bias.dims}]`);
}

/** [filters, channels, rows, columns] to [rows, columns, channels, filters]. */
function lastFirst({ dims, data }: Constant): Float32Array {
  const [filters, channels, rows, columns] = dims as [number, number, number, number];
  const taps = rows * columns;
  const sorted = new Float32Array(data.length);
  for (let filter = 0; filter < filters; filter++) {
    for (let channel = 0; channel < channels; channel++) {
      const from = (filter * channels + channel) * taps;
      for (let tap = 0; tap < taps; tap++) sorted[(tap * channels + channel) * filters + filter] = data[from + tap]!;
    }
  }
  return sorted;
}

/** The input of an operator on maps [N, channels, rows, columns] as an image. */
export function mapsOf(node: Node, x: Activation): SymbolicTensor {
  const { axes } = x;
  if (axes.length !== 4 || !isBatchAxis(axes[0]))
    return node.refuse(`expected images [N, channels, rows, columns] as input, got ${dimsText(dimsOf(x))}`);
  return arranged(x, [axes[2]!, axes[3]!, axes[1]!], node.network, node.refuse);
}

/** What a layer on images computes, as maps [N, channels, rows, columns]. */
export function maps(x: Pick<Activation, "type">, tensor: SymbolicTensor): Activation {
  const [rows, columns, channels] = tensor.shape.map((size) => (size === 1 ? [] : [{ size }])) as [
    { size: number }[],
    { size: number }[],
    { size: number }[],
  ];
  return {
    kind: "activation",
    tensor,
    order: [...rows, ...columns, ...channels],
    axes: [[BATCH], channels, rows, columns],
    type: x.type,
    isOnlyUse: true,
  };
}
