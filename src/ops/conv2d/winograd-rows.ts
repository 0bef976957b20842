import { GROUP_BYTES } from "../../engine/program.ts";
import type { Variable } from "../../engine/variable.ts";
import type { Tape } from "../tape.ts";
import type { ConvolutionCalls } from "./calls.ts";
import type { Connections } from "./connections.ts";
import { directCalls } from "./direct.ts";
import { isPlain, type Sizes } from "./options.ts";
import { CACHED } from "./winograd.ts";

const TAPS = 5;
/** Results of a tile, and its elements once it is transformed. */
const [SIZE, POINTS] = [4, 8];

/**
 * Whether Winograd's algorithm along the rows (kernels/conv2d/winograd-rows.ts) can compute this convolution, in which
 * every map sees every channel, and is faster than direct sums. A tile takes 40 multiply-adds for each connection
 * instead of 100. Transforming the tile of a channel costs about as much as 40 multiply-adds, that of a map as much as
 * 26.
 */
export function rowsPay(sizes: Sizes, { seen, readers }: Connections, channels: number): boolean {
  const { H, KH, KW, OW } = sizes;
  if (KH !== TAPS || KW !== TAPS || !isPlain(sizes) || seen.some((list) => list.length < channels)) return false;
  const [filters, tiles] = [seen.length, Math.ceil(OW / SIZE)];
  const fits = readers.length * POINTS * (H | 1) * GROUP_BYTES <= CACHED;
  return fits && channels * filters * (25 * OW - 40 * tiles) > tiles * (40 * channels + 26 * filters);
}

/** The calls of a convolution by Winograd's algorithm along the rows; the gradient of the input is a direct sum. */
export function rowsCalls(tape: Tape, kernel: Variable, sizes: Sizes, connections: Connections): ConvolutionCalls {
  const { builder } = tape;
  const { H, OH } = sizes;
  const [, , channels, filters] = kernel.shape as [number, number, number, number];
  const pairs = Math.ceil(filters / 2);
  const shape = builder.record("Conv2dShape", { ...sizes });
  /** Groups of scratch memory: columns beyond the image, and the transformed input. */
  const input = H * POINTS + channels * POINTS * (H | 1);
  return {
    ...directCalls(tape, kernel, sizes, connections),
    toMaps(image, maps, { bias }) {
      const u = builder.reserve(POINTS * pairs * channels * TAPS * 2);
      builder.prepare("winogradRowsWeights", { w: builder.variable(kernel), u, channels, filters });
      builder.call("conv2dWinogradRowsForward", {
        x: image,
        u,
        bias: bias ? builder.variable(bias) : 0,
        y: maps,
        scratch: builder.buffer(input + 2 * POINTS),
        shape,
        channels,
        filters,
      });
    },
    kernelGradient(image, maps, dw, accumulate) {
      builder.call("conv2dWinogradRowsBackwardKernel", {
        x: image,
        dy: maps,
        dw,
        scratch: builder.buffer(input + POINTS * ((2 * OH) | 1) + 20 * pairs * channels),
        shape,
        channels,
        filters,
        accumulate,
      });
    },
  };
}
