/**
 * The operations for one image by itself (kernels/image.ts): values lie as [row][column][channel], cells filled up to
 * whole vectors. Forward only. What is not here has no such kernel, and the model then takes the image as a block.
 */
import { type Shape, sizeOf } from "../core/tensor.ts";
import type { KernelName } from "../engine/program.ts";
import type { Variable } from "../engine/variable.ts";
import type { Tape, Value } from "./tape.ts";

/** What may be called on one image: its own kernels, and those that go element by element. */
export const imageKernels: ReadonlySet<KernelName> = new Set<KernelName>([
  ...(["imageConv2d", "imageDense", "imageOfBytes", "imageOfFloats", "imagePooling", "imageSoftmax"] as const),
  ...(["imageValues", "relu", "sigmoid", "tanh", "copy", "add", "rescale", "pack"] as const),
]);

export function loadImage(tape: Tape, shape: Shape, scale: number): Value {
  const { buffer: from, bytesPerElement } = tape.builder.images;
  const y = tape.value(shape, false);
  const kernel = bytesPerElement === 1 ? "imageOfBytes" : "imageOfFloats";
  tape.builder.call(kernel, { from, to: y.buffer, ...cellsOf(shape), scale });
  return y;
}

export function storeImage(tape: Tape, value: Value): void {
  const to = tape.builder.output(sizeOf(value.shape));
  tape.builder.call("imageValues", { from: value.buffer, to, ...cellsOf(value.shape) });
}

/** [rows, columns, channels] -> [features]: their order is the same already, only the filling goes. */
export function flattenImage(tape: Tape, x: Value): Value {
  const y = tape.value([sizeOf(x.shape)], false);
  tape.builder.call("imageValues", { from: x.buffer, to: y.buffer, ...cellsOf(x.shape) });
  return y;
}

export function convolveImage(
  tape: Tape,
  x: Value,
  options: { kernel: Variable; bias?: Variable; strides: readonly [number, number] },
): Value {
  const { builder } = tape;
  const { kernel, bias, strides } = options;
  const [H, W, channels] = x.shape as [number, number, number];
  const [KH, KW, , filters] = kernel.shape as [number, number, number, number];
  const [OH, OW] = [Math.floor((H - KH) / strides[0]) + 1, Math.floor((W - KW) / strides[1]) + 1];
  const y = tape.value([OH, OW, filters], false);
  const taps = KH * KW;
  builder.call("imageConv2d", {
    x: x.buffer,
    w: builder.packed(
      kernel,
      tiles(filters, 8, channels * taps, (i, k) => {
        const [channel, tap] = [Math.floor(i / taps), i % taps];
        return (tap * channels + channel) * filters + k;
      }),
    ),
    bias: bias
      ? builder.packed(
          bias,
          tiles(filters, 8, 1, (_, k) => k),
        )
      : 0,
    y: y.buffer,
    shape: builder.constant([H, W, KH, KW, ...strides, OH, OW]),
    ...{ channels, filters },
  });
  return y;
}

export function denseOfImage(
  tape: Tape,
  x: Value,
  options: { kernel: Variable; bias?: Variable; inputs: number; outputs: number },
): Value {
  const { builder } = tape;
  const { kernel, bias, inputs, outputs } = options;
  // Whole tiles are stored.
  const y = tape.value([outputs], false, builder.buffer(Math.ceil(outputs / 32) * 2));
  builder.call("imageDense", {
    x: x.buffer,
    w: builder.packed(
      kernel,
      tiles(outputs, 32, inputs, (i, o) => i * outputs + o),
    ),
    bias: bias
      ? builder.packed(
          bias,
          tiles(outputs, 32, 1, (_, o) => o),
        )
      : 0,
    y: y.buffer,
    ...{ inputs, outputs },
  });
  return y;
}

/** Channels, and cells that have them. */
export function cellsOf(shape: Shape): { channels: number; cells: number } {
  const channels = shape[shape.length - 1]!;
  return { channels, cells: sizeOf(shape) / channels };
}

/** [results / width][sources][width]: the weights tile by tile, -1 where the last has no result. */
function tiles(
  results: number,
  width: number,
  sources: number,
  index: (source: number, result: number) => number,
): Int32Array {
  const order: number[] = [];
  for (let tile = 0; tile < results; tile += width) {
    for (let source = 0; source < sources; source++) {
      for (let result = tile; result < tile + width; result++)
        order.push(result < results ? index(source, result) : -1);
    }
  }
  return Int32Array.from(order);
}
