/** Operations on two values, which are broadcast: see broadcast.ts. */
import { InputError } from "../core/errors.ts";
import { batchShapeText, type Shape } from "../core/tensor.ts";
import type { Buffer } from "../engine/pending-call.ts";
import { broadcastRecord, broadcastShape, isWhole } from "./broadcast.ts";
import type { Tape, Value } from "./tape.ts";

const support = { oneImage: true, curvature: true };

/** a + b. */
export function addValues(tape: Tape, a: Value, b: Value): Value {
  const y = combined(tape, "addBroadcast", a, b);
  tape.record(y, (dy) => {
    giveSum(tape, a, y.shape, (dx) => copy(tape, dy, dx, y));
    giveSum(tape, b, y.shape, (dx) => copy(tape, dy, dx, y));
  });
  return y;
}

/** a - b. */
export function subtract(tape: Tape, a: Value, b: Value): Value {
  const y = combined(tape, "subtractBroadcast", a, b);
  tape.record(y, (dy) => {
    giveSum(tape, a, y.shape, (dx) => copy(tape, dy, dx, y));
    giveSum(tape, b, y.shape, (dx) => (tape.curvature ? copy(tape, dy, dx, y) : scale(tape, dy, dx, y, -1)));
  });
  return y;
}

/** a b. */
export function multiply(tape: Tape, a: Value, b: Value): Value {
  const y = combined(tape, "multiplyBroadcast", a, b);
  tape.record(y, (dy) => {
    for (const [value, other] of [
      [a, b],
      [b, a],
    ] as const) {
      giveSum(tape, value, y.shape, (dx) => byFactor(tape, "scaleGradient", y.shape, dy, other, dx));
    }
  });
  return y;
}

/** a / b. */
export function divide(tape: Tape, a: Value, b: Value): Value {
  const y = combined(tape, "divideBroadcast", a, b);
  tape.record(y, (dy) => {
    giveSum(tape, a, y.shape, (dx) => byFactor(tape, "divideGradient", y.shape, dy, b, dx));
    // dy/db = -y / b
    giveSum(tape, b, y.shape, (dx) => {
      byFactor(tape, "scaleGradient", y.shape, dy, y, dx);
      byFactor(tape, "divideGradient", y.shape, dx, b, dx);
      if (!tape.curvature) scale(tape, dx, dx, y, -1);
    });
  });
  return y;
}

/** The larger of a and b; of equal numbers a gets the gradient, as in TensorFlow. */
export function maximum(tape: Tape, a: Value, b: Value): Value {
  return chosen(tape, "maximumBroadcast", a, b, 0);
}

/** The smaller of a and b; of equal numbers a gets the gradient, as in TensorFlow. */
export function minimum(tape: Tape, a: Value, b: Value): Value {
  return chosen(tape, "minimumBroadcast", a, b, 1);
}

function chosen(
  tape: Tape,
  kernel: "maximumBroadcast" | "minimumBroadcast",
  a: Value,
  b: Value,
  smaller: 0 | 1,
): Value {
  const y = combined(tape, kernel, a, b);
  tape.record(y, (dy) => {
    const shape = broadcastRecord(tape, y.shape, a.shape, b.shape);
    const io = { a: a.buffer, b: b.buffer, dy, shape, smaller };
    giveSum(tape, a, y.shape, (dx) => tape.builder.call("chosenGradient", { ...io, dx, second: 0 }));
    giveSum(tape, b, y.shape, (dx) => tape.builder.call("chosenGradient", { ...io, dx, second: 1 }));
  });
  return y;
}

function combined(
  tape: Tape,
  kernel:
    | "addBroadcast"
    | "subtractBroadcast"
    | "multiplyBroadcast"
    | "divideBroadcast"
    | "maximumBroadcast"
    | "minimumBroadcast",
  a: Value,
  b: Value,
): Value {
  const whole = broadcastShape(a.shape, b.shape);
  if (!whole) {
    throw new InputError(
      `expected shapes that broadcast, got ${batchShapeText(a.shape)} and ${batchShapeText(b.shape)}: axes must be equal or 1`,
    );
  }
  const y = tape.value(whole, a.needsGradient || b.needsGradient, support);
  const shape = broadcastRecord(tape, whole, a.shape, b.shape);
  tape.builder.call(kernel, { a: a.buffer, b: b.buffer, y: y.buffer, shape });
  return y;
}

/** dx = dy times (or divided by) a factor, which is squared for the curvature. dx may be dy. */
function byFactor(
  tape: Tape,
  kernel: "scaleGradient" | "divideGradient",
  whole: Shape,
  dy: Buffer,
  factor: Value,
  dx: Buffer,
): void {
  const shape = broadcastRecord(tape, whole, whole, factor.shape);
  tape.derivative(dy, dx, (a, y) => tape.builder.call(kernel, { a, b: factor.buffer, y, shape }));
}

/**
 * Adds to the gradient of a value that was broadcast to `whole`: `write` writes it in that shape, the sum over repeated
 * axes is given.
 */
export function giveSum(tape: Tape, value: Value, whole: Shape, write: (dx: Buffer) => void): void {
  tape.give(value, (dx) => {
    if (isWhole(value.shape, whole)) {
      write(dx);
      return;
    }
    const full = tape.builder.buffer(tape.groups(whole));
    write(full);
    const shape = broadcastRecord(tape, whole, whole, value.shape);
    tape.builder.call("sumBroadcast", { x: full, b: dx, shape, count: value.groups });
  });
}

function copy(tape: Tape, from: Buffer, to: Buffer, like: Value): void {
  tape.builder.call("copy", { x: from, y: to, count: like.groups });
}

function scale(tape: Tape, from: Buffer, to: Buffer, like: Value, factor: number): void {
  tape.builder.call("rescale", { x: from, y: to, count: like.groups, scale: factor, offset: 0 });
}
