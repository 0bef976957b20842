import { GROUP_BYTES } from "../engine/program.ts";
import { positionsOf } from "./image.ts";
import type { Tape, Value } from "./tape.ts";

/** Channels (or features) `start` to `start + count - 1`: in a block, they are one part of the buffer. */
export function slice(tape: Tape, x: Value, start: number, count: number): Value {
  const { builder } = tape;
  const { channels, positions } = positionsOf(x.shape);
  const y = tape.value([...x.shape.slice(0, -1), count], x.needsGradient, { curvature: true });
  const offset = start * positions * GROUP_BYTES;
  const groups = count * positions;
  builder.call("copy", { x: { buffer: x.buffer, offset }, y: y.buffer, count: groups });
  tape.record(y, (dy) =>
    tape.give(x, (dx) => {
      builder.call("clear", { y: dx, count: channels * positions });
      builder.call("copy", { x: dy, y: { buffer: dx, offset }, count: groups });
    }),
  );
  return y;
}
