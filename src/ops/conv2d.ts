import { CELL } from "../engine/program.ts";
import { listWords, recordWords } from "../engine/records.ts";
import type { Variable } from "../engine/variable.ts";
import { jobOrder, jobWords, planJobs } from "./conv2d-jobs.ts";
import { convolveWinograd, winogradPays } from "./conv2d-winograd.ts";
import { dense } from "./dense.ts";
import { flatten } from "./flatten.ts";
import { convolveImage } from "./image.ts";
import { reshape } from "./reshape.ts";
import type { Tape, Value } from "./tape.ts";

/** Bytes of source rows that a job may touch at once: most of a 32 KiB first-level cache. */
const CACHED = 28 * 1024;

/**
 * "Valid" convolution: y[r, c, k] = bias[k] + sum of kernel[p, q, i, k] x[r sh + p, c sw + q, i] over the channels i
 * that map k sees. `connections[k]` lists them; absent: all.
 */
export function conv2d(
  tape: Tape,
  x: Value,
  options: {
    kernel: Variable;
    bias?: Variable;
    strides: readonly [number, number];
    connections?: readonly (readonly number[])[];
  },
): Value {
  const { kernel, bias, strides, connections } = options;
  const [H, W, channels] = x.shape as [number, number, number];
  const [KH, KW, , filters] = kernel.shape as [number, number, number, number];
  if (H === KH && W === KW && !connections) {
    // One window only: a dense layer on the flattened input, kernel rows in Keras's order already.
    const y = dense(tape, flatten(tape, x), { kernel, bias, inputs: H * W * channels, outputs: filters });
    return reshape(tape, y, [1, 1, filters]);
  }
  // Kernels of connections that are not there are 0.
  if (tape.layout === "image") return convolveImage(tape, x, options);
  const { builder } = tape;
  const [SH, SW] = strides;
  const OH = Math.floor((H - KH) / SH) + 1;
  const OW = Math.floor((W - KW) / SW) + 1;
  const taps = KH * KW;
  const shape = builder.record("Conv2dShape", { H, W, KH, KW, SH, SW, OH, OW });
  const all = range(channels);
  const seen = connections ?? range(filters).map(() => all);
  // The maps that see each channel.
  const everyMap = range(filters);
  const readers = all.map((channel) =>
    connections ? everyMap.filter((map) => seen[map]!.includes(channel)) : everyMap,
  );
  // The curvature is a sum of squares, which rounding in Winograd's transforms could make negative.
  if (!tape.curvature && winogradPays([KH, KW, channels, filters], strides, [OH, OW], seen.flat().length)) {
    return convolveWinograd(tape, x, options, seen, readers);
  }

  const forward = planJobs(seen, fitting(KH * W));
  const index = (tap: number, map: number, channel: number) => (tap * channels + channel) * filters + map;
  const y = tape.value([OH, OW, filters], true, { curvature: true });
  builder.call("conv2dForward", {
    x: x.buffer,
    w: builder.packed(kernel, jobOrder(forward, taps, index)),
    bias: bias ? builder.variable(bias) : 0,
    y: y.buffer,
    shape,
    jobs: builder.constant(jobWords(forward, taps, (channel) => channel)),
  });

  tape.record(y, (dy) => {
    const pairs = readers.flatMap((maps, channel) =>
      range(Math.ceil(maps.length / 2)).map((i) => {
        const a = maps[2 * i]!;
        return recordWords("Conv2dPair", { channel, a, b: maps[2 * i + 1] ?? a });
      }),
    );
    const dw = builder.gradient(kernel);
    builder.call("conv2dBackwardKernel", {
      x: tape.factor(x),
      dy,
      dw: dw.place,
      shape,
      pairs: builder.constant(listWords(pairs)),
      channels,
      filters,
      accumulate: dw.accumulate,
    });
    if (bias) {
      const db = builder.gradient(bias);
      builder.call("biasGradient", { dy, db: db.place, filters, cells: OH * OW, accumulate: db.accumulate });
    }
    tape.give(x, (dx) => {
      const backward = planJobs(readers, fitting(KH * OW));
      builder.call("conv2dBackwardInput", {
        dy,
        w: tape.backwardWeights(
          kernel,
          jobOrder(backward, taps, (tap, channel, map) => index(tap, map, channel), true),
        ),
        dx,
        shape,
        jobs: builder.constant(jobWords(backward, taps, (map) => map * OH * OW * CELL)),
      });
    });
  });
  return y;
}

/** How many source channels fit in the cache when `cells` cells of each are in use. */
function fitting(cells: number): number {
  return Math.max(1, Math.floor(CACHED / (cells * CELL)));
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
