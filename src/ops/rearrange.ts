import { type Shape, sizeOf } from "../core/tensor.ts";
import { positionsOf } from "./image.ts";
import type { Tape, Value } from "./tape.ts";

/**
 * The elements of x in another order. `sourceOf(i)` is the row-major index in x of the result's element i; each element
 * is taken once.
 */
export function rearrange(tape: Tape, x: Value, shape: Shape, sourceOf: (index: number) => number): Value {
  const { builder } = tape;
  const y = tape.value(shape, x.needsGradient, { oneImage: true, curvature: true });
  const [xs, ys] = [placesOf(tape, x.shape), placesOf(tape, shape)];
  const forward = new Int32Array(ys.count).fill(-1);
  const backward = new Int32Array(xs.count).fill(-1);
  for (let i = 0; i < sizeOf(shape); i++) {
    const [from, to] = [xs.placeOf(sourceOf(i)), ys.placeOf(i)];
    forward[to] = from;
    backward[from] = to;
  }
  const gather = tape.layout === "image" ? "gatherFloats" : "gatherGroups";
  builder.call(gather, { x: x.buffer, y: y.buffer, table: builder.constant(forward), count: ys.count });
  tape.record(y, (dy) =>
    tape.give(x, (dx) => builder.call(gather, { x: dy, y: dx, table: builder.constant(backward), count: xs.count })),
  );
  return y;
}

/** Where the elements of a value are in its buffer: groups of a block, or floats of one image with its padding. */
function placesOf(tape: Tape, shape: Shape): { count: number; placeOf(index: number): number } {
  const { channels, positions } = positionsOf(shape);
  if (tape.layout === "image") {
    const padded = Math.ceil(channels / 4) * 4;
    return { count: positions * padded, placeOf: (i) => Math.floor(i / channels) * padded + (i % channels) };
  }
  return { count: channels * positions, placeOf: (i) => (i % channels) * positions + Math.floor(i / channels) };
}
