/**
 * Convolution. Read in this order: this file chooses the algorithm, jobs.ts plans which channels are computed together,
 * direct.ts uses the direct formula, winograd.ts an algorithm with fewer products, and one-image.ts computes one image
 * by itself. The wasm kernels are in kernels/conv2d/.
 */
import { dense } from "../dense.ts";
import { flatten } from "../flatten.ts";
import { reshape } from "../reshape.ts";
import type { Tape, Value } from "../tape.ts";
import { convolveDirect } from "./direct.ts";
import { connectionsOf } from "./jobs.ts";
import { convolveImage } from "./one-image.ts";
import type { Conv2dOptions } from "./options.ts";
import { convolveWinograd, winogradPays } from "./winograd.ts";

/**
 * "Valid" convolution: y[r, c, k] = bias[k] + sum of kernel[p, q, i, k] x[r sh + p, c sw + q, i] over the channels i
 * that map k sees.
 */
export function conv2d(tape: Tape, x: Value, options: Conv2dOptions): Value {
  const { builder } = tape;
  const { kernel, bias, strides, connectionTable } = options;
  const [H, W, channels] = x.shape as [number, number, number];
  const [KH, KW, , filters] = kernel.shape as [number, number, number, number];
  if (H === KH && W === KW && !connectionTable) {
    // There is only one window: the same as a dense layer on the flattened input, whose kernel has the same order.
    const y = dense(tape, flatten(tape, x), { kernel, bias, inputs: H * W * channels, outputs: filters });
    return reshape(tape, y, [1, 1, filters]);
  }
  if (tape.layout === "image") return convolveImage(tape, x, options);
  const connections = connectionsOf(connectionTable, channels, filters);
  const [SH, SW] = strides;
  const output = [Math.floor((H - KH) / SH) + 1, Math.floor((W - KW) / SW) + 1] as const;
  const count = connections.seen.flat().length;
  // The curvature is a sum of squares, which rounding in Winograd's transforms could make negative.
  // Winograd's backward pass computes the gradients of kernel and input together.
  const isFrozenBetween = builder.training && x.needsGradient && !kernel.trainable;
  return !tape.curvature && !isFrozenBetween && winogradPays([KH, KW, channels, filters], strides, output, count)
    ? convolveWinograd(tape, x, options, connections)
    : convolveDirect(tape, x, options, connections);
}
