import type { Place } from "../engine/program.ts";
import type { Variable } from "../engine/variable.ts";
import { finalRelu } from "./activations/final-relu.ts";
import { FollowerKind } from "./follower.ts";
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

/** Batch normalization as the operation that follows another. */
export const normalization = new FollowerKind<BatchNormalizationOptions>();

/**
 * y = gamma (x - mean) / sqrt(variance + epsilon) + beta per channel: with the mean and variance of the whole batch in
 * training, with the moving ones otherwise and where the layer is frozen. `withRelu`: then ReLU.
 */
export function batchNormalization(tape: Tape, x: Value, options: BatchNormalizationOptions, withRelu: boolean): Value {
  if (tape.training && !options.frozen) return byBatch(tape, x, options, withRelu ? 1 : 0);
  const y = byMovingStatistics(tape, x, options);
  return withRelu ? finalRelu(tape, y, true) : y;
}

/** The moving statistics are constants: y = scale x + shift. Also for a frozen layer, and for the curvature. */
function byMovingStatistics(tape: Tape, x: Value, options: BatchNormalizationOptions): Value {
  const { builder } = tape;
  const { gamma, beta } = options;
  const { channels, positions } = positionsOf(x.shape);
  const sizes = { channels, positions };
  const [scaleChannels, gammaGradient, biasGradient] =
    tape.layout === "image"
      ? (["imageScaleChannels", "imageScaleChannelsGradient", "imageBiasGradient"] as const)
      : (["scaleChannels", "scaleChannelsGradient", "biasGradient"] as const);
  const y = tape.value(x.shape, true, { oneImage: true, curvature: true });
  const { scale, shift } = multiplyAdds(tape, options, channels);
  builder.call(scaleChannels, { x: x.buffer, coefficient: scale, bias: shift, y: y.buffer, ...sizes, factor: 1 });
  tape.record(y, (dy) => {
    if (gamma && tape.learns(gamma)) {
      const plain = multiplyAdds(tape, { ...options, gamma: undefined, beta: undefined }, channels);
      const normalized = tape.value(x.shape, false, { oneImage: true, curvature: true });
      const io = { x: x.buffer, coefficient: plain.scale, bias: plain.shift, y: normalized.buffer };
      builder.call(scaleChannels, { ...io, ...sizes, factor: 1 });
      const factors = tape.factor(normalized);
      tape.giveWeight(gamma, (dcoefficient, accumulate) =>
        builder.call(gammaGradient, { x: factors, dy, dcoefficient, ...sizes, factor: 1, accumulate }),
      );
    }
    if (beta) {
      tape.giveWeight(beta, (db, accumulate) =>
        builder.call(biasGradient, { dy, db, filters: channels, positions, accumulate }),
      );
    }
    tape.give(x, (dx) =>
      tape.derivative(dy, dx, (from, to) =>
        builder.call(scaleChannels, { x: from, coefficient: scale, bias: 0, y: to, ...sizes, factor: 1 }),
      ),
    );
  });
  return y;
}

/** What normalization by the moving statistics multiplies each channel by and adds to it, padded with zeros. */
function multiplyAdds(
  tape: Tape,
  options: BatchNormalizationOptions,
  channels: number,
): { scale: Place; shift: Place } {
  const { builder } = tape;
  const { gamma, beta, epsilon } = options;
  const width = Math.ceil(channels / 4) * 4;
  const [scale, shift] = [builder.reserve(width), builder.reserve(width)];
  builder.prepare("movingNormalization", {
    movingMean: builder.variable(options.movingMean),
    movingVariance: builder.variable(options.movingVariance),
    gamma: gamma ? builder.variable(gamma) : 0,
    beta: beta ? builder.variable(beta) : 0,
    scale,
    shift,
    channels,
    epsilon,
  });
  return { scale, shift };
}

/** The statistics of the whole batch, so that all of its blocks meet here. */
function byBatch(tape: Tape, x: Value, options: BatchNormalizationOptions, withRelu: 0 | 1): Value {
  const { builder } = tape;
  const { epsilon, momentum } = options;
  const { channels, positions } = positionsOf(x.shape);
  const y = tape.value(x.shape, true, {});
  const gamma = options.gamma ? builder.variable(options.gamma) : 0;
  const beta = options.beta ? builder.variable(options.beta) : 0;
  const movingMean = builder.variable(options.movingMean);
  const movingVariance = builder.variable(options.movingVariance);
  const statistics = builder.reserveRecords("ChannelStatistics", channels);
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
  const common = { x: x.buffer, statistics, gamma, beta, channels, positions, withRelu };
  builder.call("normalize", { ...common, y: y.buffer });

  tape.record(y, (dy) => {
    const sums = builder.recordBuffer("GradientSums", channels);
    const joined = builder.reserveRecords("GradientSums", channels);
    builder.call("blockGradientSums", { ...common, dy, sums });
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
      builder.call("normalizeBackward", { ...common, dy, dx, joined, mask: builder.masks, images: batch }),
    );
  });
  return y;
}
