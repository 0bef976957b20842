import type { Variable } from "../engine/variable.ts";
import { positionsOf } from "./image.ts";
import type { Tape, Value } from "./tape.ts";

/** y = factor coefficient[c] x + bias[c], c the channel (LeCun et al. 1998, section II.B). */
export function scaleChannels(
  tape: Tape,
  x: Value,
  options: { coefficient: Variable; bias: Variable; factor: number },
): Value {
  const { builder } = tape;
  const { coefficient, bias } = options;
  const { channels, positions } = positionsOf(x.shape);
  const sizes = { channels, positions };
  const [scale, gradient, sum] =
    tape.layout === "image"
      ? (["imageScaleChannels", "imageScaleChannelsGradient", "imageBiasGradient"] as const)
      : (["scaleChannels", "scaleChannelsGradient", "biasGradient"] as const);
  const order = Int32Array.from({ length: Math.ceil(channels / 4) * 4 }, (_, c) => (c < channels ? c : -1));
  const y = tape.value(x.shape, true, { oneImage: true, curvature: true });
  builder.call(scale, {
    x: x.buffer,
    coefficient: builder.packed(coefficient, order),
    bias: builder.packed(bias, order),
    y: y.buffer,
    ...sizes,
    factor: options.factor,
  });
  tape.record(y, (dy) => {
    const factor = tape.curvature ? options.factor ** 2 : options.factor;
    tape.giveWeight(coefficient, (dcoefficient, accumulate) =>
      builder.call(gradient, { x: tape.factor(x), dy, dcoefficient, ...sizes, factor, accumulate }),
    );
    tape.giveWeight(bias, (db, accumulate) => builder.call(sum, { dy, db, filters: channels, positions, accumulate }));
    tape.give(x, (dx) => {
      const weights = tape.backwardWeights(coefficient, order);
      builder.call(scale, { x: dy, coefficient: weights, bias: 0, y: dx, ...sizes, factor });
    });
  });
  return y;
}
