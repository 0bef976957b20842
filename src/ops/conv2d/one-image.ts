import type { Place } from "../../engine/program.ts";
import type { Variable } from "../../engine/variable.ts";
import type { Tape } from "../tape.ts";
import type { ConvolutionCalls } from "./calls.ts";
import { groupTable } from "./connections.ts";
import type { Convolutions, Links } from "./convolutions.ts";
import type { Sizes } from "./options.ts";

/** The convolutions of one image by itself. */
export const imageConvolutions: Convolutions = { layout: "image", calls: imageCalls, faster: () => undefined };

/** The calls of a convolution in the layout of one image, whose lanes are channels (kernels/one-image.ts). */
function imageCalls(tape: Tape, kernel: Variable, sizes: Sizes, links: Links): ConvolutionCalls {
  const { builder } = tape;
  const { channels, groups, connectionTable } = links;
  const [KH, KW, rows, filters] = kernel.shape as [number, number, number, number];
  const { H, W, SH, SW, DH, DW, OH, OW } = sizes;
  const taps = KH * KW;
  const shape = builder.record("Conv2dShape", { ...sizes });
  const seen = groups > 1 ? groupTable(channels, filters, groups) : undefined;
  /** In groups, missing connections have the weight 0: slower the more groups there are, but not as slow as a block. */
  const index = (tap: number, channel: number, map: number) =>
    !seen || seen[map]!.includes(channel) ? (tap * rows + (channel % rows)) * filters + map : -1;
  const biases = (bias: Variable | undefined, results: number) =>
    bias
      ? builder.packed(
          bias,
          tiles(results, 8, 1, (_, k) => k),
        )
      : 0;
  return {
    sizes,
    // The gradient of a kernel in groups has no calls.
    support: { oneImage: groups === 1 || !tape.differentiates },
    toMaps(image, maps, { bias, squared }) {
      const order = tiles(filters, 8, channels * taps, (i, k) => index(i % taps, Math.floor(i / taps), k));
      const w = builder.packed(kernel, order, squared);
      builder.call("imageConv2d", { x: image, w, bias: biases(bias, filters), y: maps, shape, channels, filters });
    },
    toChannels(maps, image, { bias, squared }) {
      // The padding is the number of rows and columns by which the kernel extends beyond each edge.
      const [top, left] = [(KH - 1) * DH, (KW - 1) * DW];
      const [paddedH, paddedW] = [H + top, W + left];
      const spread = builder.buffer(tape.groups([paddedH, paddedW, filters]));
      const place = { H: OH, W: OW, SH, SW, paddedH, paddedW, top, left };
      builder.call("imageSpread", { x: maps, y: spread, channels: filters, ...place });
      const rotated = tiles(channels, 8, filters * taps, (i, channel) =>
        index(taps - 1 - (i % taps), channel, Math.floor(i / taps)),
      );
      builder.call("imageConv2d", {
        x: spread,
        w: builder.packed(kernel, rotated, squared),
        bias: biases(bias, channels),
        y: image,
        shape: builder.record("Conv2dShape", { H: paddedH, W: paddedW, KH, KW, SH: 1, SW: 1, DH, DW, OH: H, OW: W }),
        channels: filters,
        filters: channels,
      });
    },
    kernelGradient(image, maps, dw, accumulate) {
      const positionBytes = Math.ceil(channels / 4) * 16;
      const sources = Int32Array.from({ length: taps * channels }, (_, s) => {
        const [tap, channel] = [Math.floor(s / channels), s % channels];
        return (Math.floor(tap / KW) * DH * W + (tap % KW) * DW) * positionBytes + 4 * channel;
      });
      builder.call("imageConv2dBackwardKernel", {
        x: image,
        dy: maps,
        dw,
        shape,
        sources: builder.constant(sources),
        mask: connectionTable ? connectionMask(tape, connectionTable, taps, channels) : 0,
        count: sources.length,
        channels,
        filters,
        accumulate,
      });
    },
  };
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
