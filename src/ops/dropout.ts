import { sizeOf } from "../core/tensor.ts";
import { STEP } from "../engine/program.ts";
import type { Tape, Value } from "./tape.ts";

/**
 * In training, each element is 0 with probability `rate`, else divided by 1 - rate. `salt` gives layers different
 * draws.
 */
export function dropout(tape: Tape, x: Value, rate: number, salt: number): Value {
  if (!tape.training || rate === 0) return x;
  const { builder } = tape;
  const y = tape.value(x.shape, x.needsGradient, {});
  const draw = {
    count: sizeOf(x.shape),
    block: { runtime: "block" },
    seed: STEP.seed,
    salt: salt + tape.draws++,
    rate,
  } as const;
  builder.call("dropout", { x: x.buffer, y: y.buffer, ...draw });
  tape.record(y, (dy) => tape.give(x, (dx) => builder.call("dropout", { x: dy, y: dx, ...draw })));
  return y;
}
