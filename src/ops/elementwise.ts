/** Functions of one value, element by element; each stands beside its derivative. */
import type { Buffer } from "../engine/pending-call.ts";
import type { Tape, Value } from "./tape.ts";

/** |x|; the derivative at 0 is 0, as in TensorFlow. */
export function absolute(tape: Tape, x: Value): Value {
  return elementwise(tape, x, {
    forward: (io) => tape.builder.call("absolute", io),
    backward: ({ y: _, ...io }) => tape.builder.call("absoluteBackward", io),
  });
}

/** x^2. */
export function square(tape: Tape, x: Value): Value {
  return elementwise(tape, x, {
    forward: (io) => tape.builder.call("square", io),
    backward: ({ y: _, ...io }) => tape.builder.call("squareBackward", io),
  });
}

/** The square root; NaN below 0. */
export function squareRoot(tape: Tape, x: Value): Value {
  return elementwise(tape, x, {
    forward: (io) => tape.builder.call("squareRoot", io),
    backward: ({ x: _, ...io }) => tape.builder.call("squareRootBackward", io),
  });
}

/** e^x. */
export function exponential(tape: Tape, x: Value): Value {
  return elementwise(tape, x, {
    forward: (io) => tape.builder.call("exponentialFunction", io),
    backward: ({ x: _, ...io }) => tape.builder.call("exponentialBackward", io),
  });
}

/** ln x; -Infinity at 0, NaN below. */
export function logarithm(tape: Tape, x: Value): Value {
  return elementwise(tape, x, {
    forward: (io) => tape.builder.call("logarithmFunction", io),
    backward: ({ y: _, ...io }) => tape.builder.call("logarithmBackward", io),
  });
}

/** 1 / x. */
export function reciprocal(tape: Tape, x: Value): Value {
  return elementwise(tape, x, {
    forward: (io) => tape.builder.call("reciprocal", io),
    backward: ({ x: _, ...io }) => tape.builder.call("reciprocalBackward", io),
  });
}

/** x^exponent; NaN for x < 0 unless the exponent is whole. */
export function power(tape: Tape, x: Value, exponent: number): Value {
  return elementwise(tape, x, {
    forward: (io) => tape.builder.call("power", { ...io, exponent }),
    backward: ({ y: _, ...io }) => tape.builder.call("powerBackward", { ...io, exponent }),
  });
}

/** x, at least `low` and at most `high`; the derivative is 1 from low to high, both included, as in TensorFlow. */
export function clip(tape: Tape, x: Value, low: number, high: number): Value {
  return elementwise(tape, x, {
    forward: (io) => tape.builder.call("clip", { ...io, low, high }),
    backward: ({ y: _, ...io }) => tape.builder.call("clipBackward", { ...io, low, high }),
  });
}

/** Backward calls may write dx into dy, so that the curvature can apply them twice. */
function elementwise(
  tape: Tape,
  x: Value,
  pass: {
    forward: (io: { x: Buffer; y: Buffer; count: number }) => void;
    backward: (io: { x: Buffer; y: Buffer; dy: Buffer; dx: Buffer; count: number }) => void;
  },
): Value {
  const count = tape.groups(x.shape);
  const y = tape.value(x.shape, x.needsGradient, { oneImage: true, curvature: true });
  pass.forward({ x: x.buffer, y: y.buffer, count });
  tape.record(y, (dy) =>
    tape.give(x, (dx) =>
      tape.derivative(dy, dx, (from, to) => pass.backward({ x: x.buffer, y: y.buffer, dy: from, dx: to, count })),
    ),
  );
  return y;
}
