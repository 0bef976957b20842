import { GROUP_BYTES } from "../../engine/program.ts";
import type { Variable } from "../../engine/variable.ts";
import type { Tape } from "../tape.ts";
import type { ConvolutionCalls } from "./calls.ts";
import type { Connections } from "./connections.ts";
import { jobItems, jobOrder, planJobs } from "./jobs.ts";
import type { Sizes } from "./options.ts";

/** The maximum bytes of source rows that a job reads at a time: most of a 32 KiB first-level cache. */
const CACHED = 28 * 1024;

/**
 * The calls of a convolution by its direct formula, for blocks. The kernel is [kernel rows, kernel columns, channels of a
 * group, maps].
 */
export function directCalls(
  tape: Tape,
  kernel: Variable,
  sizes: Sizes,
  { seen, readers }: Connections,
): ConvolutionCalls {
  const { builder } = tape;
  const { H, W, KH, KW, DH, DW, OH, OW } = sizes;
  const [, , rows, filters] = kernel.shape as [number, number, number, number];
  const taps = KH * KW;
  const shape = builder.record("Conv2dShape", { ...sizes });
  const row = (channel: number) => channel % rows;
  const index = (tap: number, map: number, channel: number) => (tap * rows + row(channel)) * filters + map;
  const place = (bias: Variable | undefined) => (bias ? builder.variable(bias) : 0);
  return {
    sizes,
    support: { curvature: true },
    toMaps(image, maps, { bias, squared }) {
      const jobs = planJobs(seen, fitting(KH * W));
      const plane = (channel: number) => channel * H * W * GROUP_BYTES;
      const offset = (tap: number) => (Math.floor(tap / KW) * DH * W + (tap % KW) * DW) * GROUP_BYTES;
      const eachTap = (channel: number) => Array.from({ length: taps }, (_, tap) => plane(channel) + offset(tap));
      // The wasm kernel takes a dilated convolution kernel as a list of single taps.
      const isDilated = DH > 1 || DW > 1;
      builder.call("conv2dForward", {
        x: image,
        w: builder.packed(kernel, jobOrder(jobs, taps, index), squared),
        bias: place(bias),
        y: maps,
        shape: isDilated ? builder.record("Conv2dShape", { ...sizes, KH: 1, KW: 1 }) : shape,
        jobs: builder.list("Conv2dJob", jobItems(jobs, taps, isDilated ? eachTap : plane)),
      });
    },
    toChannels(maps, image, { bias, squared }) {
      const jobs = planJobs(readers, fitting(KH * OW));
      const order = jobOrder(jobs, taps, (tap, channel, map) => index(tap, map, channel), true);
      const plane = (map: number) => map * OH * OW * GROUP_BYTES;
      builder.call("conv2dBackwardInput", {
        dy: maps,
        w: builder.packed(kernel, order, squared),
        bias: place(bias),
        dx: image,
        shape,
        jobs: builder.list("Conv2dJob", jobItems(jobs, taps, plane)),
      });
    },
    kernelGradient(image, maps, dw, accumulate) {
      const pairs = readers.flatMap((list, channel) =>
        Array.from({ length: Math.ceil(list.length / 2) }, (_, i) => {
          const a = list[2 * i]!;
          return { fields: { channel, row: row(channel), a, b: list[2 * i + 1] ?? a } };
        }),
      );
      builder.call("conv2dBackwardKernel", {
        x: image,
        dy: maps,
        dw,
        shape,
        pairs: builder.list("Conv2dPair", pairs),
        rows,
        filters,
        accumulate,
      });
    },
  };
}

/** The number of source channels that fit in the cache with `positions` positions of each in use. */
function fitting(positions: number): number {
  return Math.max(1, Math.floor(CACHED / (positions * GROUP_BYTES)));
}
