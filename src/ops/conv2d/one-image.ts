import type { Place } from "../../engine/program.ts";
import type { Tape, Value } from "../tape.ts";
import type { Conv2dOptions } from "./options.ts";

/** The convolution of conv2d.ts in the layout of one image, whose lanes are channels (kernels/one-image.ts). */
export function convolveImage(tape: Tape, x: Value, options: Conv2dOptions): Value {
  const { builder } = tape;
  const { kernel, bias, strides, connectionTable } = options;
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
    x: x.buffer,
    w: builder.packed(kernel, forward),
    bias: biases ?? 0,
    y: y.buffer,
    shape,
    channels,
    filters,
  });

  tape.record(y, (dy) => {
    const positionBytes = Math.ceil(channels / 4) * 16;
    const sources = Int32Array.from({ length: taps * channels }, (_, s) => {
      const [tap, channel] = [Math.floor(s / channels), s % channels];
      return (Math.floor(tap / KW) * W + (tap % KW)) * positionBytes + 4 * channel;
    });
    tape.giveWeight(kernel, (dw, accumulate) =>
      builder.call("imageConv2dBackwardKernel", {
        x: x.buffer,
        dy,
        dw,
        shape,
        sources: builder.constant(sources),
        mask: connectionTable ? connectionMask(tape, connectionTable, taps, channels) : 0,
        count: sources.length,
        channels,
        filters,
        accumulate,
      }),
    );
    if (bias) {
      tape.giveWeight(bias, (db, accumulate) =>
        builder.call("imageBiasGradient", { dy, db, filters, positions: OH * OW, accumulate }),
      );
    }
    tape.give(x, (dx) => {
      // The padding is the number of rows and columns by which the kernel extends beyond each edge.
      const [paddedH, paddedW] = [H + KH - 1, W + KW - 1];
      const spread = builder.buffer(tape.groups([paddedH, paddedW, filters]));
      const place = { H: OH, W: OW, SH, SW, paddedH, paddedW, top: KH - 1, left: KW - 1 };
      builder.call("imageSpread", { x: dy, y: spread, channels: filters, ...place });
      const rotated = tiles(channels, 8, filters * taps, (i, channel) => {
        const [map, tap] = [Math.floor(i / taps), taps - 1 - (i % taps)];
        return (tap * channels + channel) * filters + map;
      });
      builder.call("imageConv2d", {
        x: spread,
        w: tape.backwardWeights(kernel, rotated),
        bias: 0,
        y: dx,
        shape: builder.record("Conv2dShape", { H: paddedH, W: paddedW, KH, KW, SH: 1, SW: 1, OH: H, OW: W }),
        channels: filters,
        filters: channels,
      });
    });
  });
  return y;
}

/** [taps][channels][filters] floats: 1 where map k sees the channel, else 0. */
function connectionMask(
  tape: Tape,
  connectionTable: readonly (readonly number[])[],
  taps: number,
  channels: number,
): Place {
  const filters = connectionTable.length;
  const mask = Float32Array.from({ length: taps * channels * filters }, (_, i) =>
    connectionTable[i % filters]!.includes(Math.floor(i / filters) % channels) ? 1 : 0,
  );
  return tape.builder.constant(new Int32Array(mask.buffer));
}

/** [results / width][sources][width]: the weights tile by tile, -1 where the last tile has no result. */
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
