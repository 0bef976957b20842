/** Sums, means and maxima over some axes, and repetition, which is the other way round. */
import { type Shape, sizeOf } from "../core/tensor.ts";
import type { Buffer } from "../engine/pending-call.ts";
import { giveSum } from "./arithmetic.ts";
import { broadcastRecord } from "./broadcast.ts";
import type { Tape, Value } from "./tape.ts";

const support = { oneImage: true, curvature: true };

/** The sum over the axes in which `shape` has size 1 and x has not. */
export function sumTo(tape: Tape, x: Value, shape: Shape): Value {
  return scaledSum(tape, x, shape, 1);
}

/** The mean over the axes in which `shape` has size 1 and x has not. */
export function meanTo(tape: Tape, x: Value, shape: Shape): Value {
  return scaledSum(tape, x, shape, sizeOf(shape) / sizeOf(x.shape));
}

function scaledSum(tape: Tape, x: Value, shape: Shape, factor: number): Value {
  const { builder } = tape;
  const y = tape.value(shape, x.needsGradient, support);
  const record = broadcastRecord(tape, x.shape, x.shape, shape);
  builder.call("sumBroadcast", { x: x.buffer, b: y.buffer, shape: record, count: y.groups });
  scale(tape, y.buffer, y, factor);
  tape.record(y, (dy) =>
    tape.give(x, (dx) => {
      builder.call("spread", { b: dy, y: dx, shape: record });
      scale(tape, dx, x, tape.curvature ? factor ** 2 : factor);
    }),
  );
  return y;
}

/**
 * The maximum over the axes in which `shape` has size 1 and x has not; NaN wins. Equal maxima share the gradient, as in
 * TensorFlow.
 */
export function maximumTo(tape: Tape, x: Value, shape: Shape): Value {
  const { builder } = tape;
  const y = tape.value(shape, x.needsGradient, support);
  const record = broadcastRecord(tape, x.shape, x.shape, shape);
  builder.call("maximumOver", { x: x.buffer, b: y.buffer, shape: record, count: y.groups });
  tape.record(y, (dy) =>
    tape.give(x, (dx) => {
      const equal = builder.buffer(x.groups);
      const count = builder.buffer(y.groups);
      builder.call("equalBroadcast", { a: x.buffer, b: y.buffer, y: equal, shape: record });
      builder.call("sumBroadcast", { x: equal, b: count, shape: record, count: y.groups });
      builder.call("spread", { b: dy, y: dx, shape: record });
      tape.derivative(dx, dx, (a, to) => builder.call("divideGradient", { a, b: count, y: to, shape: record }));
      const whole = broadcastRecord(tape, x.shape, x.shape, x.shape);
      builder.call("scaleGradient", { a: dx, b: equal, y: dx, shape: whole });
    }),
  );
  return y;
}

/** x, repeated where it has size 1 and `shape` has not. */
export function repeatTo(tape: Tape, x: Value, shape: Shape): Value {
  const y = tape.value(shape, x.needsGradient, support);
  const record = broadcastRecord(tape, shape, shape, x.shape);
  tape.builder.call("spread", { b: x.buffer, y: y.buffer, shape: record });
  tape.record(y, (dy) => giveSum(tape, x, shape, (dx) => tape.builder.call("copy", { x: dy, y: dx, count: y.groups })));
  return y;
}

function scale(tape: Tape, x: Buffer, { groups }: Value, factor: number): void {
  if (factor !== 1) tape.builder.call("rescale", { x, y: x, count: groups, scale: factor, offset: 0 });
}
