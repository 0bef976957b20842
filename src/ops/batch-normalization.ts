import type { Variable } from "../engine/variable.ts";
import { positionsOf } from "./image.ts";
import type { Tape, Value } from "./tape.ts";

export interface BatchNormalizationOptions {
  readonly gamma?: Variable;
  readonly beta?: Variable;
  readonly movingMean: Variable;
  readonly movingVariance: Variable;
  readonly momentum: number;
  readonly epsilon: number;
}

/** y = gamma (x - mean) / sqrt(variance + epsilon) + beta per channel, over the whole batch in training. */
export function batchNormalization(tape: Tape, x: Value, options: BatchNormalizationOptions): Value {
  const { builder } = tape;
  const { epsilon, momentum } = options;
  const { channels, positions } = positionsOf(x.shape);
  const y = tape.value(x.shape, true, { curvature: true });
  const gamma = options.gamma ? builder.variable(options.gamma) : 0;
  const beta = options.beta ? builder.variable(options.beta) : 0;
  const movingMean = builder.variable(options.movingMean);
  const movingVariance = builder.variable(options.movingVariance);
  const statistics = builder.reserveRecords("ChannelStatistics", channels);
  if (!tape.training) {
    builder.prepare("movingStatistics", { movingMean, movingVariance, statistics, channels, epsilon });
    builder.call("normalize", { x: x.buffer, y: y.buffer, statistics, gamma, beta, channels, positions });
    // Needed for the curvature only, which treats the moving statistics as constants.
    tape.record(y, (dy) => {
      if (options.gamma) {
        const normalized = tape.value(x.shape, false, { curvature: true });
        const io = { x: x.buffer, y: normalized.buffer };
        builder.call("normalize", { ...io, statistics, gamma: 0, beta: 0, channels, positions });
        const { place: dcoefficient, accumulate } = builder.gradient(options.gamma);
        const squares = tape.factor(normalized);
        builder.call("scaleChannelsGradient", {
          x: squares,
          dy,
          dcoefficient,
          channels,
          positions,
          factor: 1,
          accumulate,
        });
      }
      if (options.beta) {
        const { place: db, accumulate } = builder.gradient(options.beta);
        builder.call("biasGradient", { dy, db, filters: channels, positions, accumulate });
      }
      const joined = builder.reserveRecords("GradientSums", channels);
      const common = { x: x.buffer, statistics, gamma, joined, mask: builder.masks, channels, positions, images: 1 };
      tape.give(x, (dx) =>
        tape.derivative(dy, dx, (from, to) => builder.call("normalizeBackward", { ...common, dy: from, dx: to })),
      );
    });
    return y;
  }
  const images = { runtime: "images" } as const;
  const batch = { runtime: "batch" } as const;
  const stride = { runtime: "slotBytes" } as const;
  const moments = builder.recordBuffer("BlockMoments", channels);
  builder.call("blockMoments", { x: x.buffer, mask: builder.masks, moments, channels, positions, images });
  builder.join("joinMoments", {
    moments,
    stride,
    images: batch,
    positions,
    channels,
    epsilon,
    momentum,
    statistics,
    movingMean,
    movingVariance,
  });
  builder.call("normalize", { x: x.buffer, y: y.buffer, statistics, gamma, beta, channels, positions });

  tape.record(y, (dy) => {
    const sums = builder.recordBuffer("GradientSums", channels);
    const joined = builder.reserveRecords("GradientSums", channels);
    builder.call("blockGradientSums", { x: x.buffer, dy, statistics, sums, channels, positions });
    const dgamma = options.gamma && builder.gradient(options.gamma);
    const dbeta = options.beta && builder.gradient(options.beta);
    builder.join("joinGradientSums", {
      sums,
      stride,
      images: batch,
      channels,
      joined,
      dgamma: dgamma?.place ?? 0,
      dbeta: dbeta?.place ?? 0,
      // One call writes for all blocks: 1 only if another use of the layer has written before.
      accumulate: (dgamma ?? dbeta)?.accumulate === 1 ? 1 : 0,
    });
    tape.give(x, (dx) =>
      builder.call("normalizeBackward", {
        x: x.buffer,
        dy,
        dx,
        statistics,
        gamma,
        joined,
        mask: builder.masks,
        channels,
        positions,
        images: batch,
      }),
    );
  });
  return y;
}
