import { GROUP_BYTES } from "../engine/program.ts";
import type { Tape, Value } from "./tape.ts";

/**
 * All channels (or features) of the inputs, one input after the other. In a block, their buffers follow one another.
 */
export function concatenate(tape: Tape, inputs: readonly Value[]): Value {
  const { builder } = tape;
  const shape = inputs[0]!.shape;
  const channels = inputs.reduce((sum, input) => sum + input.shape[shape.length - 1]!, 0);
  const needsGradient = inputs.some((input) => input.needsGradient);
  const y = tape.value([...shape.slice(0, -1), channels], needsGradient, { curvature: true });
  let end = 0;
  const parts = inputs.map((input) => {
    const offset = end * GROUP_BYTES;
    end += input.groups;
    return { input, offset };
  });
  for (const { input, offset } of parts)
    builder.call("copy", { x: input.buffer, y: { buffer: y.buffer, offset }, count: input.groups });
  tape.record(y, (dy) => {
    for (const { input, offset } of parts) {
      tape.give(input, (dx) => builder.call("copy", { x: { buffer: dy, offset }, y: dx, count: input.groups }));
    }
  });
  return y;
}
