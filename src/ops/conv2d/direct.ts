import { GROUP_BYTES } from "../../engine/program.ts";
import type { Tape, Value } from "../tape.ts";
import { type Connections, jobItems, jobOrder, planJobs } from "./jobs.ts";
import type { Conv2dOptions } from "./options.ts";

/** The maximum bytes of source rows that a job reads at a time: most of a 32 KiB first-level cache. */
const CACHED = 28 * 1024;

/** The convolution of conv2d.ts by its direct formula. */
export function convolveDirect(tape: Tape, x: Value, options: Conv2dOptions, { seen, readers }: Connections): Value {
  const { builder } = tape;
  const { kernel, bias, strides } = options;
  const [H, W, channels] = x.shape as [number, number, number];
  const [KH, KW, , filters] = kernel.shape as [number, number, number, number];
  const [SH, SW] = strides;
  const OH = Math.floor((H - KH) / SH) + 1;
  const OW = Math.floor((W - KW) / SW) + 1;
  const taps = KH * KW;
  const shape = builder.record("Conv2dShape", { H, W, KH, KW, SH, SW, OH, OW });
  const forward = planJobs(seen, fitting(KH * W));
  const index = (tap: number, map: number, channel: number) => (tap * channels + channel) * filters + map;
  const y = tape.value([OH, OW, filters], true, { curvature: true });
  builder.call("conv2dForward", {
    x: x.buffer,
    w: builder.packed(kernel, jobOrder(forward, taps, index)),
    bias: bias ? builder.variable(bias) : 0,
    y: y.buffer,
    shape,
    jobs: builder.list(
      "Conv2dJob",
      jobItems(forward, taps, (channel) => channel),
    ),
  });

  tape.record(y, (dy) => {
    const pairs = readers.flatMap((maps, channel) =>
      Array.from({ length: Math.ceil(maps.length / 2) }, (_, i) => {
        const a = maps[2 * i]!;
        return { fields: { channel, a, b: maps[2 * i + 1] ?? a } };
      }),
    );
    tape.giveWeight(kernel, (dw, accumulate) =>
      builder.call("conv2dBackwardKernel", {
        x: tape.factor(x),
        dy,
        dw,
        shape,
        pairs: builder.list("Conv2dPair", pairs),
        channels,
        filters,
        accumulate,
      }),
    );
    if (bias) {
      tape.giveWeight(bias, (db, accumulate) =>
        builder.call("biasGradient", { dy, db, filters, positions: OH * OW, accumulate }),
      );
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
        jobs: builder.list(
          "Conv2dJob",
          jobItems(backward, taps, (map) => map * OH * OW * GROUP_BYTES),
        ),
      });
    });
  });
  return y;
}

/** The number of source channels that fit in the cache with `positions` positions of each in use. */
function fitting(positions: number): number {
  return Math.max(1, Math.floor(CACHED / (positions * GROUP_BYTES)));
}
