import { type Shape, sizeOf } from "../core/tensor.ts";
import type { Variable } from "../engine/variable.ts";
import { positionsOf } from "./image.ts";
import type { Tape, Value } from "./tape.ts";

/** y = x where x > 0, else alpha x. The shape of alpha is that of x, with 1 for axes that share their slopes. */
export function prelu(tape: Tape, x: Value, alpha: Variable): Value {
  const { builder } = tape;
  const count = x.groups;
  const order = slopesOf(x.shape, alpha.shape);
  const y = tape.value(x.shape, true, { curvature: true });
  const slopes = builder.packed(alpha, order);
  builder.call("prelu", { x: x.buffer, alpha: slopes, y: y.buffer, count });
  tape.record(y, (dy) => {
    tape.giveWeight(alpha, (dalpha, accumulate) =>
      builder.call("preluAlphaGradient", {
        x: x.buffer,
        dy,
        order: builder.constant(order),
        dalpha,
        count,
        slopes: sizeOf(alpha.shape),
        squared: tape.curvature ? 1 : 0,
        accumulate,
      }),
    );
    tape.give(x, (dx) =>
      tape.derivative(dy, dx, (from, to) =>
        builder.call("preluBackward", { x: x.buffer, alpha: slopes, dy: from, dx: to, count }),
      ),
    );
  });
  return y;
}

/** For every group of a block, [channel][position], the index of its slope. */
function slopesOf(shape: Shape, shared: Shape): Int32Array {
  const { channels, positions } = positionsOf(shape);
  return Int32Array.from({ length: channels * positions }, (_, group) => {
    // The row-major index of the group's element, axis by axis from the last on.
    let rest = (group % positions) * channels + Math.floor(group / positions);
    let index = 0;
    let stride = 1;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (shared[axis] !== 1) index += (rest % shape[axis]!) * stride;
      rest = Math.floor(rest / shape[axis]!);
      stride *= shared[axis]!;
    }
    return index;
  });
}
