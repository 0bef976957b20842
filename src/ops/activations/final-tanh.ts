import { averageOfPairs, poolingShape } from "../pooling2d.ts";
import type { Tape, Value } from "../tape.ts";
import { activate } from "./apply.ts";
import { tanh } from "./tanh.ts";

/**
 * tanh at the end of a layer, and the average pooling by 2x2 that alone reads it. Then one pass computes both gradients, in
 * the place of tanh's results. `inPlace` is only allowed where no other operation reads x.
 */
export function finalTanh(tape: Tape, x: Value, inPlace: boolean): Value {
  const canJoin = inPlace && tape.layout === "blocks" && !tape.curvature;
  const window = canJoin ? tape.take(averageOfPairs) : undefined;
  if (!window) return activate(tape, x, tanh, inPlace);
  const { builder } = tape;
  const channels = x.shape[2]!;
  const shape = poolingShape(tape, x, window);
  const y = tape.value([...window.output, channels], x.needsGradient, {});
  tanh.forward(builder, { x: x.buffer, y: x.buffer, count: x.groups });
  builder.call("averagePooling", { x: x.buffer, y: y.buffer, shape, channels });
  tape.record(y, (dy) =>
    tape.pass(x, x.buffer, (v) => builder.call("averagePoolingOfTanhBackward", { v, dy, shape, channels })),
  );
  return y;
}
