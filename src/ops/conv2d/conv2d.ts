/**
 * Convolution. Read in this order: this file chooses the algorithm, calls.ts has the passes of a convolution and of a
 * transposed one, jobs.ts plans which channels are computed together, direct.ts uses the direct formula, winograd.ts and
 * winograd-rows.ts algorithms with fewer products, depthwise.ts computes each channel by itself, and one-image.ts one
 * image by itself. The wasm kernels are in kernels/conv2d/.
 */
import { dense } from "../dense.ts";
import { flatten } from "../flatten.ts";
import { reshape } from "../reshape.ts";
import type { Tape, Value } from "../tape.ts";
import { pad } from "../zero-padding2d.ts";
import { type ConvolutionCalls, convolve, transposed } from "./calls.ts";
import { convolveDepthwise } from "./depthwise.ts";
import { directCalls } from "./direct.ts";
import { type Connections, connectionsOf } from "./jobs.ts";
import { imageCalls } from "./one-image.ts";
import { type Conv2dOptions, type Conv2dTransposeOptions, paddedSizes, type Sizes, sizesOf } from "./options.ts";
import { convolveWinograd, winogradPays } from "./winograd.ts";
import { rowsCalls, rowsPay } from "./winograd-rows.ts";

/**
 * Convolution of a padded image: y[r, c, k] = bias[k] + sum of kernel[p, q, i, k] x[r sh + p dh, c sw + q dw, i] over the
 * channels i that map k sees.
 */
export function conv2d(tape: Tape, image: Value, options: Conv2dOptions): Value {
  const { kernel, groups, connectionTable } = options;
  const [channels, filters] = [image.shape[2]!, kernel.shape[3]!];
  const connections = connectionsOf(connectionTable, channels, filters, groups);
  const sizes = paddedSizes(image.shape, options);
  const count = connections.seen.flat().length;
  // The curvature is a sum of squares, which rounding in Winograd's transforms could make negative.
  const canWinograd = tape.layout === "blocks" && !tape.curvature && groups === 1;
  if (canWinograd && winogradPays(sizes, channels, filters, count)) {
    return convolveWinograd(tape, image, options, connections);
  }
  return convolvePadded(tape, pad(tape, image, options.padding), options, sizes, connections);
}

/** The convolution of x, which has its padding already, by the direct formula. */
function convolvePadded(
  tape: Tape,
  x: Value,
  { kernel, bias, strides, dilation, groups, connectionTable }: Conv2dOptions,
  sizes: Sizes,
  connections: Connections,
): Value {
  const { H, W, KH, KW } = sizes;
  const [channels, filters] = [x.shape[2]!, kernel.shape[3]!];
  if (groups > 1 && groups === channels) {
    // The kernel, [KH, KW, 1, filters], has the order of a depthwise one, [KH, KW, channels, filters / channels].
    return convolveDepthwise(tape, x, { kernel, bias, strides, dilation, multiplier: filters / channels });
  }
  if (H === KH && W === KW && !connectionTable && groups === 1) {
    // There is only one window: the same as a dense layer on the flattened input, whose kernel has the same order.
    const y = dense(tape, flatten(tape, x), { kernel, bias, inputs: H * W * channels, outputs: filters });
    return reshape(tape, y, [1, 1, filters]);
  }
  return convolve(tape, x, callsFor(), { kernel, bias });

  function callsFor(): ConvolutionCalls {
    if (tape.layout === "image") return imageCalls(tape, kernel, sizes, { channels, groups, connectionTable });
    const canWinograd = !tape.curvature && groups === 1 && rowsPay(sizes, connections, channels);
    return (canWinograd ? rowsCalls : directCalls)(tape, kernel, sizes, connections);
  }
}

/**
 * Transposed convolution to an image of `size`: y[u, v, k] = bias[k] + sum of kernel[p, q, k, i] x[r, c, i] over the
 * channels i and the taps with u = r sh + p dh, v = c sw + q dw. It is the gradient of a "valid" convolution's input.
 */
export function conv2dTranspose(tape: Tape, x: Value, options: Conv2dTransposeOptions): Value {
  const { kernel, bias, strides, dilation, size } = options;
  const [, , filters, channels] = kernel.shape as [number, number, number, number];
  const sizes = sizesOf(size, kernel.shape as never, strides, dilation);
  const calls: ConvolutionCalls =
    tape.layout === "image"
      ? imageCalls(tape, kernel, sizes, { channels: filters, groups: 1 })
      : directCalls(tape, kernel, sizes, connectionsOf(undefined, filters, channels, 1));
  return transposed(tape, x, calls, { kernel, bias });
}
