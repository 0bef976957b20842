import type { Shape } from "../core/tensor.ts";
import { flatten } from "./flatten.ts";
import { positionsOf } from "./image.ts";
import type { Tape, Value } from "./tape.ts";

/** The same elements in the same (channels-last) order with another shape. Other operations may read x too. */
export function reshapeValue(tape: Tape, x: Value, shape: Shape): Value {
  const { builder } = tape;
  const support = { oneImage: true, curvature: true };
  if (x.shape.at(-1) === shape.at(-1)) {
    const y = tape.value(shape, x.needsGradient, support);
    builder.call("copy", { x: x.buffer, y: y.buffer, count: y.groups });
    tape.record(y, (dy) => tape.give(x, (dx) => builder.call("copy", { x: dy, y: dx, count: y.groups })));
    return y;
  }
  const flat = flatten(tape, x);
  if (shape.length === 1) return flat;
  const { channels, positions } = positionsOf(shape);
  const y = tape.value(shape, flat.needsGradient, support);
  if (tape.layout === "image") {
    builder.call("imageOfFloats", { from: flat.buffer, to: y.buffer, channels, positions, scale: 1 });
    tape.record(y, (dy) =>
      tape.give(flat, (dx) => {
        builder.call("clear", { y: dx, count: flat.groups });
        builder.call("imageValues", { from: dy, to: dx, channels, positions });
      }),
    );
    return y;
  }
  const order = { rows: positions, columns: channels };
  const back = { rows: channels, columns: positions };
  builder.call("transposeGroups", { x: flat.buffer, y: y.buffer, ...order });
  tape.record(y, (dy) => tape.give(flat, (dx) => builder.call("transposeGroups", { x: dy, y: dx, ...back })));
  return y;
}
