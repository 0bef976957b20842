import { batchShapeText, type Shape } from "../core/tensor.ts";
import { broadcastShape } from "../ops/broadcast.ts";
import type { Tape, Value } from "../ops/tape.ts";
import type { Complain } from "./define-layer.ts";
import type { BuiltLayer } from "./layer.ts";

/**
 * A layer that joins tensors one after the other, element by element. Their shapes are broadcast as Keras does: an axis of
 * size 1, or a missing one in front, is repeated.
 */
export function merging(
  inputs: readonly Shape[],
  complain: Complain,
  join: (tape: Tape, values: readonly Value[]) => Value,
): BuiltLayer {
  return { outputShape: mergedShape(inputs, complain), weights: [], connections: 0, macs: 0, emit: join };
}

/** The first and the second value joined, the result and the third, and so on. */
export function folded(tape: Tape, values: readonly Value[], join: (tape: Tape, a: Value, b: Value) => Value): Value {
  return values.slice(1).reduce((joined, value) => join(tape, joined, value), values[0]!);
}

function mergedShape(inputs: readonly Shape[], complain: Complain): Shape {
  if (inputs.length < 2) complain(`expected at least two input tensors, got ${inputs.length}`);
  let merged = inputs[0]!;
  for (const shape of inputs.slice(1)) {
    merged =
      broadcastShape(merged, shape) ??
      complain(`expected inputs whose axes are equal or 1, got ${inputs.map(batchShapeText).join(" and ")}`);
  }
  return merged;
}
