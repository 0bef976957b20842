/**
 * One image by itself (kernels/image.ts): values lie as [row][column][channel], the channels of each position padded to
 * whole vectors of four. An operation declares with {@link Tape.value} that it has kernels for this layout; a model
 * with one that has none computes its image in a block.
 */
import { type Shape, sizeOf } from "../core/tensor.ts";
import type { Place } from "../engine/program.ts";
import type { Variable } from "../engine/variable.ts";
import type { Tape, Value } from "./tape.ts";

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
  const shape = builder.record("Conv2dShape", { H, W, KH, KW, SH, SW, OH, OW });
  const y = tape.value([OH, OW, filters], true, { oneImage: true });
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
      const spread = builder.buffer(tape.groups([paddedH, paddedW, filters]));
      const place = { H: OH, W: OW, SH, SW, paddedH, paddedW, top: KH - 1, left: KW - 1 };
      builder.call("imageSpread", { x: dy, y: spread, channels: filters, ...place });
      const turned = tiles(channels, 8, filters * taps, (i, channel) => {
        const [map, tap] = [Math.floor(i / taps), taps - 1 - (i % taps)];
        return (tap * channels + channel) * filters + map;
      });
      builder.call("imageConv2d", {
        ...{ x: spread, w: tape.backwardWeights(kernel, turned), bias: 0, y: dx, channels: filters, filters: channels },
        shape: builder.record("Conv2dShape", { H: paddedH, W: paddedW, KH, KW, SH: 1, SW: 1, OH: H, OW: W }),
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

/** A vector of one image as a block that has it in every lane: for operations so small that a block costs little. */
export function blockOfImage(tape: Tape, x: Value): Value {
  const { builder } = tape;
  const features = sizeOf(x.shape);
  const y = tape.value(x.shape, x.needsGradient, { oneImage: true }, undefined, features);
  builder.call("blockOfImage", { x: x.buffer, y: y.buffer, features, first: 0 });
  tape.record(y, (dy) => tape.give(x, (dx) => builder.call("imageOfBlock", { x: dy, y: dx, features })));
  return y;
}

/** The first lane of a block as a vector of one image. */
export function imageOfBlock(tape: Tape, x: Value): Value {
  const { builder } = tape;
  const features = sizeOf(x.shape);
  const y = tape.value(x.shape, x.needsGradient, { oneImage: true });
  builder.call("imageOfBlock", { x: x.buffer, y: y.buffer, features });
  tape.record(y, (dy) => tape.give(x, (dx) => builder.call("blockOfImage", { x: dy, y: dx, features, first: 1 })));
  return y;
}

/** Channels, and the positions that have them: rows x columns, 1 for a vector. */
export function positionsOf(shape: Shape): { channels: number; positions: number } {
  const channels = shape[shape.length - 1]!;
  return { channels, positions: sizeOf(shape) / channels };
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
