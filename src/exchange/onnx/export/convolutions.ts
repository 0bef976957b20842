import type { Complain } from "../../../layers/define-layer.ts";
import { dilatedSize } from "../../../layers/dilation.ts";
import { type Padding, windowAxis } from "../../../layers/windows.ts";
import type { ActivationName } from "../../../ops/activations/table.ts";
import { transposed } from "../../transposed.ts";
import { activated } from "./activations.ts";
import type { LayerCall, OnnxRule } from "./layer-call.ts";

type Pair = readonly [rows: number, columns: number];

interface Windows {
  readonly strides: Pair;
  readonly padding: Padding;
}

interface Convolution extends Windows {
  readonly kernelSize: Pair;
  readonly dilationRate: Pair;
  readonly activation: ActivationName;
}

const fits: Complain = (message) => {
  throw new Error(message);
};

/** `[top, left, bottom, right]`: the padding of windows of `size` over an image, as the layers have it. */
export function padsOf(image: readonly number[], size: Pair, { strides, padding }: Windows): number[] {
  const [rows, columns] = [0, 1].map((i) => windowAxis(image[i]!, size[i]!, strides[i]!, padding, fits));
  return [rows!.before, columns!.before, rows!.after, columns!.after];
}

function attributesOf({ kernelSize, strides, dilationRate }: Convolution, group: number, pads: readonly number[]) {
  return {
    kernel_shape: { ints: kernelSize },
    strides: { ints: strides },
    dilations: { ints: dilationRate },
    group: { int: group },
    pads: { ints: pads },
  };
}

/** The maps of a convolution; a kernel `[rows, columns, channels, maps]` has the axes `[maps, channels, rows, columns]`. */
function convolved(
  call: LayerCall,
  config: Convolution,
  options: { readonly group: number; readonly kernel: string; readonly bias: string | undefined },
): string {
  const { graph, name, x } = call;
  const { kernelSize, dilationRate } = config;
  const pads = padsOf(x.shape, dilatedSize(kernelSize, dilationRate), config);
  const inputs = [x.tensor, options.kernel, ...(options.bias === undefined ? [] : [options.bias])];
  return graph.node(name, "Conv", inputs, attributesOf(config, options.group, pads));
}

/** A depthwise kernel `[rows, columns, channels, multiplier]` as one of as many groups as there are channels. */
function depthwiseKernel(call: LayerCall, weight: string): string {
  return call.constant(weight, (kernel) => {
    const { shape, data } = transposed(kernel, [2, 3, 0, 1]);
    const [channels, multiplier, rows, columns] = shape as [number, number, number, number];
    return { shape: [channels * multiplier, 1, rows, columns], data };
  })!;
}

/**
 * Connections that a table leaves out are 0 in the kernel: onnxruntime takes five times as long, and more, for grouped
 * convolutions of gathered channels (`node bench/onnx.js`).
 */
export const conv2d: OnnxRule = (call) => {
  const { groups, ...config } = call.config<Convolution & { groups: number }>();
  const kernel = call.constant("kernel", (weight) => transposed(weight, [3, 2, 0, 1]))!;
  const x = convolved(call, config, { group: groups, kernel, bias: call.constant("bias") });
  return activated({ ...call, x }, config.activation);
};

export const depthwiseConv2d: OnnxRule = (call) => {
  const config = call.config<Convolution>();
  const kernel = depthwiseKernel(call, "kernel");
  const x = convolved(call, config, { group: call.x.shape[2]!, kernel, bias: call.constant("bias") });
  return activated({ ...call, x }, config.activation);
};

export const separableConv2d: OnnxRule = (call) => {
  const { graph, name } = call;
  const config = call.config<Convolution>();
  const kernel = depthwiseKernel(call, "depthwise_kernel");
  const maps = convolved(call, config, { group: call.x.shape[2]!, kernel, bias: undefined });
  const pointwise = call.constant("pointwise_kernel", (weight) => transposed(weight, [3, 2, 0, 1]))!;
  const bias = call.constant("bias");
  const inputs = [maps, pointwise, ...(bias === undefined ? [] : [bias])];
  const one = { ...config, kernelSize: [1, 1], strides: [1, 1], dilationRate: [1, 1] } as const;
  const x = graph.node(name, "Conv", inputs, attributesOf(one, 1, [0, 0, 0, 0]));
  return activated({ ...call, x }, config.activation);
};

/** The kernel is `[rows, columns, filters, channels]`. */
export const conv2dTranspose: OnnxRule = (call) => {
  const { graph, name, x, shape } = call;
  const config = call.config<Convolution>();
  const { kernelSize, strides, dilationRate, padding } = config;
  const size = dilatedSize(kernelSize, dilationRate);
  // The output is the input of a convolution with the same padding, whose output is the input.
  const pads = padding === "valid" ? [0, 0, 0, 0] : padsOf(shape, size, config);
  const added = [0, 1].map((i) => {
    const reached = (x.shape[i]! - 1) * strides[i]! + size[i]!;
    return pads[i]! + shape[i]! + pads[i + 2]! - reached;
  });
  const kernel = call.constant("kernel", (weight) => transposed(weight, [3, 2, 0, 1]))!;
  const bias = call.constant("bias");
  const inputs = [x.tensor, kernel, ...(bias === undefined ? [] : [bias])];
  const attributes = { ...attributesOf(config, 1, pads), output_padding: { ints: added } };
  return activated({ ...call, x: graph.node(name, "ConvTranspose", inputs, attributes) }, config.activation);
};
