import { sizeOf } from "../core/tensor.ts";
import { positionsOf } from "./image.ts";
import type { Tape, Value } from "./tape.ts";

/** [rows, columns, channels] -> [rows x columns x channels], in that order. */
export function flatten(tape: Tape, x: Value): Value {
  if (x.shape.length === 1) return x;
  const { builder } = tape;
  const { channels, positions } = positionsOf(x.shape);
  const y = tape.value([sizeOf(x.shape)], x.needsGradient, { oneImage: true, curvature: true });
  if (tape.layout === "image") {
    // The order is right already; only the padding of each position is removed.
    const sizes = { channels, positions };
    builder.call("imageValues", { from: x.buffer, to: y.buffer, ...sizes });
    tape.record(y, (dy) =>
      tape.give(x, (dx) => builder.call("imageOfFloats", { from: dy, to: dx, ...sizes, scale: 1 })),
    );
    return y;
  }
  builder.call("transposeGroups", { x: x.buffer, y: y.buffer, rows: channels, columns: positions });
  tape.record(y, (dy) =>
    tape.give(x, (dx) => builder.call("transposeGroups", { x: dy, y: dx, rows: positions, columns: channels })),
  );
  return y;
}
