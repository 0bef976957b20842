/**
 * The operations for one image by itself (kernels/image.ts): values lie as [row][column][channel], cells filled up to
 * whole vectors. What is not here has no such kernel, and the model then takes the image as a block.
 */
import { type Shape, sizeOf } from "../core/tensor.ts";
import type { KernelName, Place } from "../engine/program.ts";
import type { Variable } from "../engine/variable.ts";
import type { Tape, Value } from "./tape.ts";

/** What may be called on one image: its own kernels, those that go element by element, and losses on a block of it. */
export const imageKernels: ReadonlySet<KernelName> = new Set<KernelName>([
  ...(["imageConv2d", "imageDense", "imageOfBytes", "imageOfFloats", "imagePooling", "imageSoftmax"] as const),
  ...(["imageValues", "imageScaleChannels", "relu", "sigmoid", "tanh", "copy", "add", "rescale", "pack"] as const),
  ...(["imageConv2dBackwardKernel", "imageSpread", "imageBiasGradient", "imageDenseBackwardKernel"] as const),
  ...(["imageDenseBackwardInput", "imagePoolingBackward", "imageScaleChannelsGradient"] as const),
  ...([
    "reluBackward",
    "sigmoidBackward",
    "tanhBackward",
    "blockOfImage",
    "imageOfBlock",
    "oneHot",
    "loadFloats",
  ] as const),
  ...(["crossEntropyOfLogits", "crossEntropyOfOutputs", "meanSquaredError", "distanceLoss", "rank"] as const),
  ...(["rbf", "rbfBackwardInput", "rbfBackwardCentres"] as const),
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
  const { builder } = tape;
  const y = tape.value([sizeOf(x.shape)], x.needsGradient);
  const cells = cellsOf(x.shape);
  builder.call("imageValues", { from: x.buffer, to: y.buffer, ...cells });
  tape.record(y, (dy) => tape.give(x, (dx) => builder.call("imageOfFloats", { from: dy, to: dx, ...cells, scale: 1 })));
  return y;
}

export function convolveImage(
  tape: Tape,
  x: Value,
  options: {
    kernel: Variable;
    bias?: Variable;
    strides: readonly [number, number];
    connections?: readonly (readonly number[])[];
  },
): Value {
  const { builder } = tape;
  const { kernel, bias, strides, connections } = options;
  const [H, W, channels] = x.shape as [number, number, number];
  const [KH, KW, , filters] = kernel.shape as [number, number, number, number];
  const [SH, SW] = strides;
  const [OH, OW] = [Math.floor((H - KH) / SH) + 1, Math.floor((W - KW) / SW) + 1];
  const taps = KH * KW;
  const shape = builder.constant([H, W, KH, KW, ...strides, OH, OW]);
  const y = tape.value([OH, OW, filters], true);
  const forward = tiles(filters, 8, channels * taps, (i, k) => {
    const [channel, tap] = [Math.floor(i / taps), i % taps];
    return (tap * channels + channel) * filters + k;
  });
  const biases =
    bias &&
    builder.packed(
      bias,
      tiles(filters, 8, 1, (_, k) => k),
    );
  builder.call("imageConv2d", {
    ...{ x: x.buffer, w: builder.packed(kernel, forward), bias: biases ?? 0, y: y.buffer, shape, channels, filters },
  });

  tape.record(y, (dy) => {
    const cell = Math.ceil(channels / 4) * 16;
    const sources = Int32Array.from({ length: taps * channels }, (_, s) => {
      const [tap, channel] = [Math.floor(s / channels), s % channels];
      return (Math.floor(tap / KW) * W + (tap % KW)) * cell + 4 * channel;
    });
    const dw = builder.gradient(kernel);
    builder.call("imageConv2dBackwardKernel", {
      ...{ x: x.buffer, dy, dw: dw.place, shape, sources: builder.constant(sources), count: sources.length },
      ...{ mask: connections ? connectionMask(tape, connections, taps, channels) : 0 },
      ...{ channels, filters, accumulate: dw.accumulate },
    });
    if (bias) {
      const { place: db, accumulate } = builder.gradient(bias);
      builder.call("imageBiasGradient", { dy, db, filters, cells: OH * OW, accumulate });
    }
    tape.give(x, (dx) => {
      // As many zeros around as the kernel reaches over each edge.
      const [paddedH, paddedW] = [H + KH - 1, W + KW - 1];
      const spread = builder.buffer(tape.cells([paddedH, paddedW, filters]));
      const place = { H: OH, W: OW, SH, SW, paddedH, paddedW, top: KH - 1, left: KW - 1 };
      builder.call("imageSpread", { x: dy, y: spread, channels: filters, ...place });
      const turned = tiles(channels, 8, filters * taps, (i, channel) => {
        const [map, tap] = [Math.floor(i / taps), taps - 1 - (i % taps)];
        return (tap * channels + channel) * filters + map;
      });
      builder.call("imageConv2d", {
        ...{ x: spread, w: tape.backwardWeights(kernel, turned), bias: 0, y: dx, channels: filters, filters: channels },
        shape: builder.constant([paddedH, paddedW, KH, KW, 1, 1, H, W]),
      });
    });
  });
  return y;
}

/** [taps][channels][filters] floats: 1 where map k sees the channel, else 0. */
function connectionMask(
  tape: Tape,
  connections: readonly (readonly number[])[],
  taps: number,
  channels: number,
): Place {
  const filters = connections.length;
  const mask = Float32Array.from({ length: taps * channels * filters }, (_, i) =>
    connections[i % filters]!.includes(Math.floor(i / filters) % channels) ? 1 : 0,
  );
  return tape.builder.constant(new Int32Array(mask.buffer));
}

export function denseOfImage(
  tape: Tape,
  x: Value,
  options: { kernel: Variable; bias?: Variable; inputs: number; outputs: number },
): Value {
  const { builder } = tape;
  const { kernel, bias, inputs, outputs } = options;
  // Whole tiles are stored.
  const y = tape.value([outputs], true, builder.buffer(Math.ceil(outputs / 32) * 2));
  const w = builder.variable(kernel);
  const sizes = { inputs, outputs };
  builder.call("imageDense", { x: x.buffer, w, bias: bias ? builder.variable(bias) : 0, y: y.buffer, ...sizes });
  tape.record(y, (dy) => {
    const dw = builder.gradient(kernel);
    const accumulate = dw.accumulate;
    builder.call("imageDenseBackwardKernel", { x: x.buffer, dy, dw: dw.place, ...sizes, accumulate });
    if (bias) {
      const db = builder.gradient(bias);
      builder.call("imageBiasGradient", { dy, db: db.place, filters: outputs, cells: 1, accumulate: db.accumulate });
    }
    tape.give(x, (dx) => builder.call("imageDenseBackwardInput", { dy, w, dx, ...sizes }));
  });
  return y;
}

/** A vector of one image as a block that has it in every lane: for what is so small that blocks are soon done. */
export function blockOfImage(tape: Tape, x: Value): Value {
  const { builder } = tape;
  const features = sizeOf(x.shape);
  const y = tape.value(x.shape, x.needsGradient, undefined, features);
  builder.call("blockOfImage", { x: x.buffer, y: y.buffer, features, first: 0 });
  tape.record(y, (dy) => tape.give(x, (dx) => builder.call("imageOfBlock", { x: dy, y: dx, features })));
  return y;
}

/** The way back. */
export function imageOfBlock(tape: Tape, x: Value): Value {
  const { builder } = tape;
  const features = sizeOf(x.shape);
  const y = tape.value(x.shape, x.needsGradient);
  builder.call("imageOfBlock", { x: x.buffer, y: y.buffer, features });
  tape.record(y, (dy) => tape.give(x, (dx) => builder.call("blockOfImage", { x: dy, y: dx, features, first: 1 })));
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
