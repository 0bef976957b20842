import type { Buffer } from "../../engine/pending-call.ts";
import { GROUP_BYTES, LANES } from "../../engine/program.ts";
import type { Variable } from "../../engine/variable.ts";
import { positionsOf } from "../image.ts";
import type { Tape, Value } from "../tape.ts";
import { type Sizes, sizesOf } from "./options.ts";

/** The weights of a depthwise convolution and how they are applied. */
export interface DepthwiseOptions {
  /** [kernel rows, kernel columns, channels, multiplier], or any shape with the same order. */
  readonly kernel: Variable;
  /** [channels multiplier] */
  readonly bias?: Variable;
  /** Rows, columns. */
  readonly strides: readonly [number, number];
  /** Positions from one tap of the kernel to the next, in rows and columns. */
  readonly dilation: readonly [number, number];
  /** The number of maps of each channel. */
  readonly multiplier: number;
}

/**
 * "Valid" convolution of each channel by itself: y[r, s, c M + m] = bias[c M + m] + sum over p, q of kernel[p, q, c, m]
 * x[r sh + p dh, s sw + q dw, c], M the multiplier.
 */
export function convolveDepthwise(tape: Tape, x: Value, options: DepthwiseOptions): Value {
  const sizes = sizesOf(x.shape as never, options.kernel.shape as never, options.strides, options.dilation);
  return tape.layout === "image"
    ? depthwiseOfImage(tape, x, options, sizes)
    : depthwiseOfBlock(tape, x, options, sizes);
}

function depthwiseOfBlock(tape: Tape, x: Value, options: DepthwiseOptions, sizes: Sizes): Value {
  const { builder } = tape;
  const { kernel, bias, multiplier } = options;
  const channels = x.shape[2]!;
  const { KH, KW, OH, OW } = sizes;
  const [taps, filters] = [KH * KW, channels * multiplier];
  const shape = builder.record("Conv2dShape", { ...sizes });
  const order = Int32Array.from({ length: filters * taps }, (_, i) => (i % taps) * filters + Math.floor(i / taps));
  const y = tape.value([OH, OW, filters], true, { curvature: true });
  const io = { shape, channels, multiplier };
  builder.call("depthwiseForward", {
    x: x.buffer,
    w: builder.packed(kernel, order),
    bias: bias ? builder.variable(bias) : 0,
    y: y.buffer,
    ...io,
  });
  tape.record(y, (dy) => {
    tape.giveWeight(kernel, (dw, accumulate) =>
      builder.call("depthwiseBackwardKernel", { x: tape.factor(x), dy, dw, ...io, accumulate }),
    );
    if (bias) {
      tape.giveWeight(bias, (db, accumulate) =>
        builder.call("biasGradient", { dy, db, filters, positions: OH * OW, accumulate }),
      );
    }
    tape.give(x, (dx) => {
      const [rows, columns] = tapTables(sizes, [
        [4 * KW, OW * GROUP_BYTES],
        [4, GROUP_BYTES],
      ]).map((table) => builder.constant(table)) as [never, never];
      builder.call("depthwiseBackwardInput", { dy, w: tape.backwardWeights(kernel, order), dx, ...io, rows, columns });
    });
  });
  return y;
}

function depthwiseOfImage(tape: Tape, x: Value, options: DepthwiseOptions, sizes: Sizes): Value {
  const { builder } = tape;
  const { kernel, bias, multiplier } = options;
  const channels = x.shape[2]! * multiplier;
  const { KH, KW, OH, OW } = sizes;
  const shape = builder.record("Conv2dShape", { ...sizes });
  const width = Math.ceil(channels / 4) * 4;
  const padded = (rows: number) =>
    Int32Array.from({ length: rows * width }, (_, i) => {
      const channel = i % width;
      return channel < channels ? Math.floor(i / width) * channels + channel : -1;
    });
  // The gradient has no calls for several maps of a channel.
  const y = tape.value([OH, OW, channels], true, { oneImage: multiplier === 1 || !tape.differentiates });
  builder.call("imageDepthwise", {
    x: multiplier === 1 ? x.buffer : repeatedChannels(tape, x, multiplier),
    w: builder.packed(kernel, padded(KH * KW)),
    bias: bias ? builder.packed(bias, padded(1)) : 0,
    y: y.buffer,
    shape,
    channels,
  });
  tape.record(y, (dy) => {
    tape.giveWeight(kernel, (dw, accumulate) =>
      builder.call("imageDepthwiseBackwardKernel", { x: x.buffer, dy, dw, shape, channels, accumulate }),
    );
    if (bias) {
      tape.giveWeight(bias, (db, accumulate) =>
        builder.call("imageBiasGradient", { dy, db, filters: channels, positions: OH * OW, accumulate }),
      );
    }
    tape.give(x, (dx) => {
      const [rows, columns] = tapTables(sizes, [
        [KW, OW],
        [1, 1],
      ]).map((table) => builder.constant(table)) as [never, never];
      const w = tape.backwardWeights(kernel, padded(KH * KW));
      builder.call("imageDepthwiseBackwardInput", { dy, w, dx, shape, rows, columns, channels });
    });
  });
  return y;
}

/** Each channel of one image `times` times, so that each of its maps has a lane of its own. */
function repeatedChannels(tape: Tape, x: Value, times: number): Buffer {
  const { channels, positions } = positionsOf(x.shape);
  const [from, to] = [channels, channels * times].map((count) => Math.ceil(count / 4) * 4) as [number, number];
  const table = Int32Array.from({ length: positions * to }, (_, i) => {
    const map = i % to;
    return map < channels * times ? Math.floor(i / to) * from + Math.floor(map / times) : -1;
  });
  const y = tape.builder.buffer(Math.ceil(table.length / LANES));
  tape.builder.call("gatherFloats", {
    x: x.buffer,
    y,
    table: tape.builder.constant(table),
    count: table.length,
  });
  return y;
}

/**
 * For each row and each column of the input, the taps that meet it with their windows: n + 1 words with the place of each
 * position's first pair, then the pairs, times a unit for taps and one for windows.
 */
function tapTables(
  { H, W, KH, KW, SH, SW, DH, DW, OH, OW }: Sizes,
  units: readonly (readonly [tap: number, window: number])[],
): Int32Array[] {
  const axes = [
    { size: H, taps: KH, stride: SH, dilation: DH, windows: OH },
    { size: W, taps: KW, stride: SW, dilation: DW, windows: OW },
  ];
  return axes.map(({ size, taps, stride, dilation, windows }, axis) => {
    const [tapUnit, windowUnit] = units[axis]!;
    const starts: number[] = [];
    const pairs: number[] = [];
    for (let at = 0; at < size; at++) {
      starts.push(size + 1 + pairs.length);
      for (let tap = 0; tap < taps; tap++) {
        const window = (at - tap * dilation) / stride;
        if (Number.isInteger(window) && window >= 0 && window < windows) pairs.push(tap * tapUnit, window * windowUnit);
      }
    }
    return Int32Array.from([...starts, size + 1 + pairs.length, ...pairs]);
  });
}
