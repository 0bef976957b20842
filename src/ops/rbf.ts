import type { Variable } from "../engine/variable.ts";
import { blockOfImage, imageOfBlock } from "./image.ts";
import type { Tape, Value } from "./tape.ts";

/** y[i] = sum over j of (x[j] - centres[j, i])^2 (1998, eq. 7). */
export function rbf(tape: Tape, x: Value, centres: Variable, units: number): Value {
  return tape.layout === "image"
    ? imageOfBlock(tape, distances(tape, blockOfImage(tape, x), centres, units))
    : distances(tape, x, centres, units);
}

function distances(tape: Tape, x: Value, variable: Variable, units: number): Value {
  const { builder } = tape;
  const features = x.shape[0]!;
  const centres = builder.variable(variable);
  const y = tape.value([units], true, { oneImage: true, curvature: true }, undefined, units);
  const io = { x: x.buffer, centres, features, units };
  builder.call("rbf", { ...io, y: y.buffer });
  tape.record(y, (dy) => {
    const curved = { ...io, dy: tape.slopes.get(y) ?? 0, h: dy };
    tape.giveWeight(variable, (dw, accumulate) => {
      if (tape.curvature) builder.call("rbfCentresCurvature", { ...curved, dw, accumulate });
      else builder.call("rbfBackwardCentres", { ...io, dy, dw, accumulate });
    });
    tape.give(x, (dx) => {
      if (tape.curvature) builder.call("rbfCurvature", { ...curved, dx });
      else builder.call("rbfBackwardInput", { ...io, dy, dx });
    });
  });
  return y;
}
