/**
 * One image by itself (kernels/one-image.ts): values are [row][column][channel], with the channels of each position
 * padded to whole vectors of four. An operation declares in {@link Tape.value} that it supports this layout. If one
 * does not, the model computes its image in a block.
 */
import { type Shape, sizeOf } from "../core/tensor.ts";
import type { Tape, Value } from "./tape.ts";

/**
 * Converts a vector of one image to a block with the vector in every lane, for operations so small that a block costs
 * little.
 */
export function blockOfImage(tape: Tape, x: Value): Value {
  const { builder } = tape;
  const features = sizeOf(x.shape);
  const y = tape.value(x.shape, x.needsGradient, { oneImage: true }, undefined, features);
  builder.call("blockOfImage", { x: x.buffer, y: y.buffer, features, first: 0 });
  tape.record(y, (dy) => tape.give(x, (dx) => builder.call("imageOfBlock", { x: dy, y: dx, features })));
  return y;
}

/** Converts the first lane of a block to a vector of one image. */
export function imageOfBlock(tape: Tape, x: Value): Value {
  const { builder } = tape;
  const features = sizeOf(x.shape);
  const y = tape.value(x.shape, x.needsGradient, { oneImage: true });
  builder.call("imageOfBlock", { x: x.buffer, y: y.buffer, features });
  tape.record(y, (dy) => tape.give(x, (dx) => builder.call("blockOfImage", { x: dy, y: dx, features, first: 1 })));
  return y;
}

/** The numbers of channels and of positions: rows x columns, or 1 for a vector. */
export function positionsOf(shape: Shape): { channels: number; positions: number } {
  const channels = shape[shape.length - 1]!;
  return { channels, positions: sizeOf(shape) / channels };
}
