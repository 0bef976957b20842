import type { Buffer } from "../../engine/pending-call.ts";
import { GROUP_BYTES } from "../../engine/program.ts";
import type { ListItem } from "../../engine/records.ts";
import type { Tape, Value } from "../tape.ts";
import type { Connections } from "./connections.ts";
import { type Job, jobItems, jobOrder, partners } from "./jobs.ts";
import { type Conv2dOptions, isPlain, paddedSizes, type Sizes } from "./options.ts";

/** Bytes of a transformed tile. */
const TILE = 36 * GROUP_BYTES;
/** The maximum bytes of tiles, or of transformed input, in use at a time: two thirds of a second-level cache of 1 MiB. */
export const CACHED = 700 * 1024;
/** The maximum bytes of sources that are read again for each pair of results: a part of a first-level cache. */
const NEAR = 16 * 1024;

/** Rows and columns of the results of a tile, for kernels of `taps` x `taps`. */
const sizeFor = (taps: number) => 7 - taps;

/**
 * Whether Winograd's algorithm (kernels/conv2d/winograd.ts) can compute this convolution and is faster. For each
 * connection, it needs 36 multiply-adds in each tile. Transforming the tile of a channel costs about as much as 192
 * multiply-adds, that of a map as much as 128.
 */
export function winogradPays(sizes: Sizes, channels: number, filters: number, connections: number): boolean {
  const { KH, KW, OH, OW } = sizes;
  if (KH !== KW || (KH !== 3 && KH !== 5) || !isPlain(sizes)) return false;
  const size = sizeFor(KH);
  const tiles = Math.ceil(OH / size) * Math.ceil(OW / size);
  return connections * (KH * KW * OH * OW - 36 * tiles) > tiles * (192 * channels + 128 * filters);
}

/** The convolution of conv2d.ts by Winograd's algorithm. */
export function convolveWinograd(tape: Tape, x: Value, options: Conv2dOptions, { seen, readers }: Connections): Value {
  const { builder } = tape;
  const { kernel, bias, padding } = options;
  const [H, W] = x.shape as [number, number, number];
  const { top, left } = padding;
  const { OH, OW } = paddedSizes(x.shape, options);
  const [channels, filters] = [readers.length, seen.length];
  const taps = kernel.shape[0]!;
  const size = sizeFor(taps);
  const span = Math.min(Math.ceil(OW / size), Math.max(1, Math.floor(CACHED / ((channels + filters) * TILE))));
  const shape = { H, W, channels, top, left, OH, OW, filters, size, span };
  const strip = channels * 6 * (size * (span - 1) + 6);
  const index = (map: number, channel: number) => (seen[map]!.includes(channel) ? channel * filters + map : -1);
  /** The shape with how many elements are multiplied together, and the groups of scratch memory for their results. */
  const products = (sources: number, jobs: readonly Job[]) => {
    const elements = elementsOf(sources);
    const jobsAtOnce = elements === 36 ? 1 : jobs.length;
    return { shape: builder.record("WinogradShape", { ...shape, elements }), results: 2 * jobsAtOnce * 36 };
  };
  const placeOfChannel = (channel: number) => channel * span * GROUP_BYTES;
  const placeOfMap = (map: number) => placeOfChannel(channels + map);
  /** Transformed weights, packed for the jobs, and the jobs. */
  const packed = (
    jobs: readonly Job[],
    weight: (result: number, source: number) => number,
    place: (source: number) => number,
  ) => {
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
        taps,
      });
    }
    return {
      u,
      jobs: builder.list("Conv2dJob", jobItems(jobs, 1, place)),
      stride: 4 * order.length,
    };
  };

  const mapJobs = joinedJobs(seen);
  const y = tape.value([OH, OW, filters], true, {});
  const forward = products(channels, mapJobs);
  builder.call("conv2dWinogradForward", {
    x: x.buffer,
    ...packed(mapJobs, index, (channel) => channel * GROUP_BYTES),
    bias: bias ? builder.variable(bias) : 0,
    y: y.buffer,
    scratch: builder.buffer(W + strip + (channels + 1) * 36 + forward.results),
    shape: forward.shape,
  });

  tape.record(y, (dy) => {
    const channelJobs = joinedJobs(readers);
    const learns = tape.learns(kernel);
    const entries = learns ? fewerEntries(mapJobs, channelJobs, placeOfMap, placeOfChannel, index) : [];
    const dw = learns ? builder.gradient(kernel) : { place: 0 as const, accumulate: 0 };
    const { shape, results } = products(filters, channelJobs);
    const backward = (dx: Buffer | 0) =>
      builder.call("conv2dWinogradBackward", {
        x: x.buffer,
        dy,
        ...packed(dx === 0 ? [] : channelJobs, (channel, map) => index(map, channel), placeOfMap),
        dx,
        dw: dw.place,
        scratch: builder.buffer(
          2 * W + strip + (span * (channels + filters) + 1) * 36 + results + 36 * entries.length * 2,
        ),
        shape,
        entries: builder.list("WinogradEntry", entries),
        accumulate: dw.accumulate,
      });
    if (x.needsGradient) tape.give(x, backward);
    else if (learns) backward(0);
    if (bias) {
      tape.giveWeight(bias, (db, accumulate) =>
        builder.call("biasGradient", { dy, db, filters, positions: OH * OW, accumulate }),
      );
    }
  });
  return y;
}

/** The elements of a tile, a divisor of 36, for which `sources` stay in the first-level cache; at least 1. */
function elementsOf(sources: number): number {
  return [36, 18, 12, 9, 6, 4, 3, 2].find((n) => sources * n * GROUP_BYTES <= NEAR) ?? 1;
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
  placeOfMap: (map: number) => number,
  placeOfChannel: (channel: number) => number,
  index: (map: number, channel: number) => number,
): ListItem<"WinogradEntry">[] {
  const byMaps = entriesOf(mapJobs, placeOfMap, placeOfChannel, index);
  const byChannels = entriesOf(channelJobs, placeOfChannel, placeOfMap, (channel, map) => index(map, channel));
  return byMaps.length < byChannels.length ? byMaps : byChannels;
}

function entriesOf(
  jobs: readonly Job[],
  placeOfPair: (result: number) => number,
  placeOfFour: (source: number) => number,
  index: (result: number, source: number) => number,
): ListItem<"WinogradEntry">[] {
  return jobs.flatMap(({ a, b, sources }) =>
    Array.from({ length: Math.ceil(sources.length / 4) }, (_, i) => {
      const first = sources[4 * i]!;
      const four = (k: number) => placeOfFour(sources[4 * i + k] ?? first);
      const place = (result: number, k: number) => {
        const source = sources[4 * i + k];
        return source === undefined ? -1 : index(result, source);
      };
      const placeOfB = (k: number) => (b === a ? -1 : place(b, k));
      const fields = {
        a: placeOfPair(a),
        b: placeOfPair(b),
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
