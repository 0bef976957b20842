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
  /** Whether moving statistics are used in training too, and do not change. */
  readonly frozen: boolean;
}

/**
 * y = gamma (x - mean) / sqrt(variance + epsilon) + beta per channel: with the mean and variance of the whole batch in
 * training, with the moving ones otherwise and where the layer is frozen.
 */
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
  if (!tape.training || options.frozen) {
    builder.prepare("movingStatistics", { movingMean, movingVariance, statistics, channels, epsilon });
    builder.call("normalize", { x: x.buffer, y: y.buffer, statistics, gamma, beta, channels, positions });
    // For a frozen layer, and for the curvature: both treat the moving statistics as constants.
    tape.record(y, (dy) => {
      if (options.gamma && tape.learns(options.gamma)) {
        const normalized = tape.value(x.shape, false, { curvature: true });
        const io = { x: x.buffer, y: normalized.buffer };
        builder.call("normalize", { ...io, statistics, gamma: 0, beta: 0, channels, positions });
        const squares = tape.factor(normalized);
        tape.giveWeight(options.gamma, (dcoefficient, accumulate) =>
          builder.call("scaleChannelsGradient", {
            x: squares,
            dy,
            dcoefficient,
            channels,
            positions,
            factor: 1,
            accumulate,
          }),
        );
      }
      if (options.beta) {
        tape.giveWeight(options.beta, (db, accumulate) =>
          builder.call("biasGradient", { dy, db, filters: channels, positions, accumulate }),
        );
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
