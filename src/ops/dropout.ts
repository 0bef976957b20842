/** What changes a value at random in training only: each operation passes its input on in inference. */
import { sizeOf } from "../core/tensor.ts";
import { STEP } from "../engine/program.ts";
import { positionsOf } from "./image.ts";
import type { Tape, Value } from "./tape.ts";

/** What the draws of a use of a layer follow from. `salt` gives layers different draws. */
export function drawsOf(tape: Tape, salt: number) {
  return { block: { runtime: "block" }, seed: STEP.seed, salt: salt + tape.draws++ } as const;
}

/** Each element is 0 with probability `rate`, else divided by 1 - rate. */
export function dropout(tape: Tape, x: Value, rate: number, salt: number): Value {
  if (!tape.training || rate === 0) return x;
  const { builder } = tape;
  const y = tape.value(x.shape, x.needsGradient, {});
  const draw = { count: sizeOf(x.shape), ...drawsOf(tape, salt), rate };
  builder.call("dropout", { x: x.buffer, y: y.buffer, ...draw });
  tape.record(y, (dy) => tape.give(x, (dx) => builder.call("dropout", { x: dy, y: dx, ...draw })));
  return y;
}

/** Each map of an image is 0 with probability `rate`, else divided by 1 - rate. */
export function spatialDropout(tape: Tape, x: Value, rate: number, salt: number): Value {
  if (!tape.training || rate === 0) return x;
  const { builder } = tape;
  const y = tape.value(x.shape, x.needsGradient, {});
  const draw = { ...positionsOf(x.shape), ...drawsOf(tape, salt), rate };
  builder.call("spatialDropout", { x: x.buffer, y: y.buffer, ...draw });
  tape.record(y, (dy) => tape.give(x, (dx) => builder.call("spatialDropout", { x: dy, y: dx, ...draw })));
  return y;
}

/** x + z, or with "product" x (1 + z), for normal z with mean 0 and the given deviation. */
export function gaussianNoise(tape: Tape, x: Value, kind: "sum" | "product", deviation: number, salt: number): Value {
  if (!tape.training || deviation === 0) return x;
  const { builder } = tape;
  const count = sizeOf(x.shape);
  const y = tape.value(x.shape, x.needsGradient, {});
  const draw = { count, ...drawsOf(tape, salt), deviation, factor: kind === "product" ? 1 : 0 };
  builder.call("gaussianNoise", { x: x.buffer, y: y.buffer, ...draw });
  tape.record(y, (dy) =>
    tape.give(x, (dx) => {
      if (kind === "sum") builder.call("copy", { x: dy, y: dx, count });
      else builder.call("gaussianNoise", { x: dy, y: dx, ...draw });
    }),
  );
  return y;
}
