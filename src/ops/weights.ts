import type { Variable } from "../engine/variable.ts";
import { positionsOf } from "./image.ts";
import type { Tape, Value } from "./tape.ts";

/** A weight of shape [channels], [.., channels] or [rows, columns, channels] as a value, the same for each image. */
export function weightValue(tape: Tape, weight: Variable): Value {
  const { builder } = tape;
  const { channels, positions } = positionsOf(weight.shape);
  const y = tape.value(weight.shape, tape.learns(weight), { oneImage: true, curvature: true });
  const w = builder.variable(weight);
  if (tape.layout === "image") builder.call("imageOfFloats", { from: w, to: y.buffer, channels, positions, scale: 1 });
  else builder.call("weightInLanes", { w, y: y.buffer, channels, positions });
  tape.record(y, (dy) => {
    const kernel = tape.layout === "image" ? "imageWeightGradient" : "weightGradient";
    tape.giveWeight(weight, (dw, accumulate) => builder.call(kernel, { dy, dw, channels, positions, accumulate }));
  });
  return y;
}
