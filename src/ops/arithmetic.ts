import type { Tape, Value } from "./tape.ts";

/** The sum of values of one shape. */
export function add(tape: Tape, inputs: readonly Value[]): Value {
  const { builder } = tape;
  const shape = inputs[0]!.shape;
  const count = tape.cells(shape);
  const y = tape.value(
    shape,
    inputs.some((input) => input.needsGradient),
  );
  builder.call("copy", { x: inputs[0]!.buffer, y: y.buffer, count });
  for (const input of inputs.slice(1)) builder.call("add", { a: y.buffer, b: input.buffer, y: y.buffer, count });
  // Each input's gradient is changed in place further back, so each gets a copy of its own.
  tape.record(y, (dy) => {
    for (const input of inputs) tape.give(input, (dx) => builder.call("copy", { x: dy, y: dx, count }));
  });
  return y;
}

/** y = scale x + offset. */
export function rescale(tape: Tape, x: Value, scale: number, offset: number): Value {
  const count = tape.cells(x.shape);
  const y = tape.value(x.shape, x.needsGradient);
  tape.builder.call("rescale", { x: x.buffer, y: y.buffer, count, scale, offset });
  tape.record(y, (dy) =>
    tape.give(x, (dx) =>
      tape.derivative(dy, dx, (from, to) => tape.builder.call("rescale", { x: from, y: to, count, scale, offset: 0 })),
    ),
  );
  return y;
}
