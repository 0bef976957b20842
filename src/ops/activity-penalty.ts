import type { Tape, Value } from "./tape.ts";

/**
 * x itself, whose penalty l1 sum|x| + l2 sum x^2, divided by the number of images, is part of the loss. Only for programs
 * that compute a loss.
 */
export function penalizeActivity(tape: Tape, x: Value, { l1, l2 }: { l1: number; l2: number }): Value {
  const { builder } = tape;
  const { masks } = builder;
  const y = tape.value(x.shape, x.needsGradient, {});
  const sizes = { count: x.groups, l1, l2 };
  builder.call("copy", { x: x.buffer, y: y.buffer, count: x.groups });
  const { place: penalties, accumulate } = builder.activityPenalties();
  builder.call("activityPenalty", {
    y: y.buffer,
    masks,
    penalties,
    block: { runtime: "block" },
    accumulate,
    ...sizes,
  });
  tape.record(y, (dy) => {
    const batch = { runtime: "batch" } as const;
    builder.call("activityPenaltyBackward", { y: y.buffer, masks, dy, batch, ...sizes });
    tape.give(x, (dx) => builder.call("copy", { x: dy, y: dx, count: x.groups }));
  });
  return y;
}
