import { positionsOf } from "./image.ts";
import type { Tape, Value } from "./tape.ts";

/** y = x / max(|x|, 1e-12), |x| the length of the vector of channels at each position. */
export function normalizeToUnit(tape: Tape, x: Value): Value {
  const { builder, layout } = tape;
  const sizes = positionsOf(x.shape);
  const backwardOfImage = tape.differentiates && x.needsGradient;
  const y = tape.value(x.shape, x.needsGradient, { oneImage: !backwardOfImage, curvature: true });
  if (layout === "image") {
    builder.call("imageUnitNormalize", { x: x.buffer, y: y.buffer, ...sizes });
    return y;
  }
  const inverses = builder.buffer(sizes.positions);
  builder.call("unitNormalize", { x: x.buffer, y: y.buffer, inverses, ...sizes });
  const backward = tape.curvature ? "unitNormalizeCurvature" : "unitNormalizeBackward";
  tape.record(y, (dy) => tape.give(x, (dx) => builder.call(backward, { y: y.buffer, dy, dx, inverses, ...sizes })));
  return y;
}
