import { sizeOf } from "../core/tensor.ts";
import type { Variable } from "../engine/variable.ts";
import type { Tape, Value } from "./tape.ts";

/** y = factor coefficient[c] x + bias[c], c the channel. */
export function scaleChannels(
  tape: Tape,
  x: Value,
  options: { coefficient: Variable; bias: Variable; factor: number },
): Value {
  const { builder } = tape;
  const { coefficient, bias } = options;
  const channels = x.shape[x.shape.length - 1]!;
  const sizes = { channels, cells: sizeOf(x.shape) / channels };
  const [scale, gradient, sum] =
    tape.layout === "image"
      ? (["imageScaleChannels", "imageScaleChannelsGradient", "imageBiasGradient"] as const)
      : (["scaleChannels", "scaleChannelsGradient", "biasGradient"] as const);
  const order = Int32Array.from({ length: Math.ceil(channels / 4) * 4 }, (_, c) => (c < channels ? c : -1));
  const y = tape.value(x.shape, true);
  const io = { x: x.buffer, y: y.buffer, ...sizes, factor: options.factor };
  builder.call(scale, { ...io, coefficient: builder.packed(coefficient, order), bias: builder.packed(bias, order) });
  tape.record(y, (dy) => {
    const factor = tape.curvature ? options.factor ** 2 : options.factor;
    const dcoefficient = builder.gradient(coefficient);
    const { accumulate } = dcoefficient;
    builder.call(gradient, { x: tape.factor(x), dy, dcoefficient: dcoefficient.place, ...sizes, factor, accumulate });
    const db = builder.gradient(bias);
    builder.call(sum, { dy, db: db.place, filters: channels, cells: sizes.cells, accumulate: db.accumulate });
    tape.give(x, (dx) => {
      const squares = tape.backwardWeights(coefficient, order);
      builder.call(scale, { x: dy, y: dx, ...sizes, factor, coefficient: squares, bias: 0 });
    });
  });
  return y;
}
