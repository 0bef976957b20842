import type { Tape, Value } from "./tape.ts";

/** The sum of values of one shape. */
export function add(tape: Tape, inputs: readonly Value[]): Value {
  const { builder } = tape;
  const shape = inputs[0]!.shape;
  const count = tape.groups(shape);
  const needsGradient = inputs.some((input) => input.needsGradient);
  const y = tape.value(shape, needsGradient, { oneImage: true, curvature: true });
  builder.call("copy", { x: inputs[0]!.buffer, y: y.buffer, count });
  for (const input of inputs.slice(1)) builder.call("add", { a: y.buffer, b: input.buffer, y: y.buffer, count });
  // Earlier operations change the gradients in place, so each input gets its own copy.
  tape.record(y, (dy) => {
    for (const input of inputs) tape.give(input, (dx) => builder.call("copy", { x: dy, y: dx, count }));
  });
  return y;
}
