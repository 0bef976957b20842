import type { Buffer } from "../../engine/pending-call.ts";
import { GROUP_BYTES } from "../../engine/program.ts";
import type { ListItem } from "../../engine/records.ts";
import type { Tape, Value } from "../tape.ts";
import { type Connections, type Job, jobItems, jobOrder, partners } from "./jobs.ts";
import type { Conv2dOptions, Sizes } from "./options.ts";

/** Bytes of a transformed tile. */
const TILE = 36 * GROUP_BYTES;
/** The maximum bytes of tiles in use at a time: with the other data, most of a 512 KiB second-level cache. */
const CACHED = 320 * 1024;

/**
 * Whether Winograd's algorithm (kernels/conv2d/winograd.ts) can compute this convolution and is faster. It saves 64 of
 * 100 multiply-adds of a connection. Transforming a channel costs about as much as three connections save, transforming
 * a map as much as two save.
 */
export function winogradPays(
  { KH, KW, SH, SW, DH, DW, OH, OW }: Sizes,
  channels: number,
  filters: number,
  connections: number,
): boolean {
  const isPlain = SH === 1 && SW === 1 && DH === 1 && DW === 1;
  const fits = KH === 5 && KW === 5 && isPlain && OH % 2 === 0 && OW % 2 === 0;
  return fits && connections > 3 * channels + 2 * filters;
}

/** The convolution of conv2d.ts by Winograd's algorithm. */
export function convolveWinograd(tape: Tape, x: Value, options: Conv2dOptions, { seen, readers }: Connections): Value {
  const { builder } = tape;
  const { kernel, bias } = options;
  const [H, W] = x.shape as [number, number, number];
  const [channels, filters] = [readers.length, seen.length];
  const [OH, OW] = [H - 4, W - 4];
  const span = Math.min(OW / 2, Math.max(1, Math.floor(CACHED / ((channels + filters) * TILE))));
  const shape = builder.record("WinogradShape", { H, W, channels, filters, span });
  const strip = channels * 6 * (2 * span + 4);
  const index = (map: number, channel: number) => (seen[map]!.includes(channel) ? channel * filters + map : -1);
  /** Transformed weights, packed for the jobs, and the jobs. */
  const packed = (jobs: readonly Job[], weight: (result: number, source: number) => number, first: number) => {
    const order = [...jobOrder(jobs, 1, (_, result, source) => weight(result, source))];
    while (order.length % 4 > 0) order.push(-1);
    const u = builder.reserve(36 * order.length);
    if (jobs.length > 0) {
      builder.prepare("winogradWeights", {
        w: builder.variable(kernel),
        u,
        order: builder.constant(order),
        count: order.length,
        plane: channels * filters,
      });
    }
    return {
      u,
      jobs: builder.list(
        "Conv2dJob",
        jobItems(jobs, 1, (source) => (first + source) * TILE),
      ),
      stride: 4 * order.length,
    };
  };

  const mapJobs = joinedJobs(seen);
  const y = tape.value([OH, OW, filters], true, {});
  builder.call("conv2dWinogradForward", {
    x: x.buffer,
    ...packed(mapJobs, index, 0),
    bias: bias ? builder.variable(bias) : 0,
    y: y.buffer,
    scratch: builder.buffer(strip + (channels + 2) * 36),
    shape,
  });

  tape.record(y, (dy) => {
    const channelJobs = joinedJobs(readers);
    const entries = fewerEntries(mapJobs, channelJobs, channels, index);
    const dw = builder.gradient(kernel);
    const backward = (dx: Buffer | 0) =>
      builder.call("conv2dWinogradBackward", {
        x: x.buffer,
        dy,
        ...packed(dx === 0 ? [] : channelJobs, (channel, map) => index(map, channel), channels),
        dx,
        dw: dw.place,
        scratch: builder.buffer(strip + (span * (channels + filters) + 2) * 36 + 36 * entries.length * 2),
        shape,
        entries: builder.list("WinogradEntry", entries),
        accumulate: dw.accumulate,
      });
    if (x.needsGradient) tape.give(x, backward);
    else backward(0);
    if (bias) {
      tape.giveWeight(bias, (db, accumulate) =>
        builder.call("biasGradient", { dy, db, filters, positions: OH * OW, accumulate }),
      );
    }
  });
  return y;
}

/**
 * Pairs of results over all sources that at least one of them sees; weights that do not exist are 0. Table I then costs
 * 36 of 48 pairs of products instead of 30, but each tile is written only once.
 */
function joinedJobs(seen: readonly (readonly number[])[]): Job[] {
  const pairs = partners(seen);
  const alone = new Set(seen.keys());
  for (const result of pairs.flat()) alone.delete(result);
  return [...pairs, ...[...alone].map((result) => [result, result] as const)].map(([a, b]) => {
    const sources = [...new Set([...seen[a]!, ...seen[b]!])].sort((i, j) => i - j);
    return { a, b, sources, first: true };
  });
}

/**
 * The entries of the gradient of the kernel: pairs of maps with four channels each, or pairs of channels with four maps
 * each, whichever are fewer.
 */
function fewerEntries(
  mapJobs: readonly Job[],
  channelJobs: readonly Job[],
  channels: number,
  index: (map: number, channel: number) => number,
): ListItem<"WinogradEntry">[] {
  const byMaps = entriesOf(mapJobs, channels, 0, index);
  const byChannels = entriesOf(channelJobs, 0, channels, (channel, map) => index(map, channel));
  return byMaps.length < byChannels.length ? byMaps : byChannels;
}

function entriesOf(
  jobs: readonly Job[],
  firstOfPair: number,
  firstOfFour: number,
  index: (result: number, source: number) => number,
): ListItem<"WinogradEntry">[] {
  return jobs.flatMap(({ a, b, sources }) =>
    Array.from({ length: Math.ceil(sources.length / 4) }, (_, i) => {
      const first = sources[4 * i]!;
      const four = (k: number) => (firstOfFour + (sources[4 * i + k] ?? first)) * TILE;
      const place = (result: number, k: number) => {
        const source = sources[4 * i + k];
        return source === undefined ? -1 : index(result, source);
      };
      const placeOfB = (k: number) => (b === a ? -1 : place(b, k));
      const fields = {
        a: (firstOfPair + a) * TILE,
        b: (firstOfPair + b) * TILE,
        four0: four(0),
        four1: four(1),
        four2: four(2),
        four3: four(3),
        a0: place(a, 0),
        a1: place(a, 1),
        a2: place(a, 2),
        a3: place(a, 3),
        b0: placeOfB(0),
        b1: placeOfB(1),
        b2: placeOfB(2),
        b3: placeOfB(3),
      };
      return { fields };
    }),
  );
}
