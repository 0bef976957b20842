import type { Tape, Value } from "./tape.ts";

/** y = scale x + offset. */
export function rescale(tape: Tape, x: Value, scale: number, offset: number): Value {
  const { builder } = tape;
  const count = tape.groups(x.shape);
  const y = tape.value(x.shape, x.needsGradient, { oneImage: true, curvature: true });
  builder.call("rescale", { x: x.buffer, y: y.buffer, count, scale, offset });
  tape.record(y, (dy) =>
    tape.give(x, (dx) =>
      tape.derivative(dy, dx, (from, to) => builder.call("rescale", { x: from, y: to, count, scale, offset: 0 })),
    ),
  );
  return y;
}
