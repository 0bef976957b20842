/**
 * Convolution. Read in this order: this file has what all layouts share, convolutions.ts what a layout brings, calls.ts
 * the passes of a convolution and of a transposed one. block-convolutions.ts chooses the algorithm of blocks: direct.ts
 * uses the direct formula, winograd.ts and winograd-rows.ts algorithms with fewer products; jobs.ts plans which channels
 * are computed together. one-image.ts computes one image by itself, depthwise.ts each channel by itself. The wasm
 * kernels are in kernels/conv2d/.
 */
import { dense } from "../dense.ts";
import { flatten } from "../flatten.ts";
import { reshape } from "../reshape.ts";
import type { Tape, Value } from "../tape.ts";
import { pad } from "../zero-padding2d.ts";
import { convolve, transposed } from "./calls.ts";
import { connectionsOf } from "./connections.ts";
import type { Links } from "./convolutions.ts";
import { convolveDepthwise } from "./depthwise.ts";
import { type Conv2dOptions, type Conv2dTransposeOptions, sizesOf } from "./options.ts";

/**
 * Convolution of a padded image: y[r, c, k] = bias[k] + sum of kernel[p, q, i, k] x[r sh + p dh, c sw + q dw, i] over the
 * channels i that map k sees.
 */
export function conv2d(tape: Tape, image: Value, options: Conv2dOptions): Value {
  const { kernel, groups, connectionTable } = options;
  const [channels, filters] = [image.shape[2]!, kernel.shape[3]!];
  const links = { ...connectionsOf(connectionTable, channels, filters, groups), channels, groups, connectionTable };
  return (
    tape.convolutions.faster(tape, image, options, links) ??
    convolvePadded(tape, pad(tape, image, options.padding), options, links)
  );
}

/** The convolution of x, which has its padding already. */
function convolvePadded(tape: Tape, x: Value, { kernel, bias, strides, dilation }: Conv2dOptions, links: Links): Value {
  const { channels, groups, connectionTable } = links;
  const sizes = sizesOf(x.shape as never, kernel.shape as never, strides, dilation);
  const { H, W, KH, KW } = sizes;
  const filters = kernel.shape[3]!;
  if (groups > 1 && groups === channels) {
    // The kernel, [KH, KW, 1, filters], has the order of a depthwise one, [KH, KW, channels, filters / channels].
    return convolveDepthwise(tape, x, { kernel, bias, strides, dilation, multiplier: filters / channels });
  }
  if (H === KH && W === KW && !connectionTable && groups === 1) {
    // There is only one window: the same as a dense layer on the flattened input, whose kernel has the same order.
    const y = dense(tape, flatten(tape, x), { kernel, bias, inputs: H * W * channels, outputs: filters });
    return reshape(tape, y, [1, 1, filters]);
  }
  return convolve(tape, x, tape.convolutions.calls(tape, kernel, sizes, links), { kernel, bias });
}

/**
 * Transposed convolution to an image of `size`: y[u, v, k] = bias[k] + sum of kernel[p, q, k, i] x[r, c, i] over the
 * channels i and the taps with u = r sh + p dh, v = c sw + q dw. It is the gradient of a "valid" convolution's input.
 */
export function conv2dTranspose(tape: Tape, x: Value, options: Conv2dTransposeOptions): Value {
  const { kernel, bias, strides, dilation, size } = options;
  const [, , filters, channels] = kernel.shape as [number, number, number, number];
  const sizes = sizesOf(size, kernel.shape as never, strides, dilation);
  const links = { ...connectionsOf(undefined, filters, channels, 1), channels: filters, groups: 1 };
  return transposed(tape, x, tape.convolutions.calls(tape, kernel, sizes, links), { kernel, bias });
}
