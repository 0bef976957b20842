import type { OpsTensor } from "../../ops/operand.ts";
import type { Ops } from "../../ops/ops.ts";

/** Keras's epsilon: probabilities stay this far from 0 and 1, so that their logarithm is finite. */
export const EPSILON = 1e-7;

/** Probabilities in [1e-7, 1 - 1e-7]. */
export function clipped(ops: Ops, probabilities: OpsTensor): OpsTensor {
  return ops.clip(probabilities, EPSILON, 1 - EPSILON);
}

/** Label smoothing over `count` classes: (1 - smoothing) target + smoothing / count. */
export function smoothed(ops: Ops, targets: OpsTensor, smoothing: number, count: number): OpsTensor {
  return smoothing === 0 ? targets : ops.add(ops.multiply(targets, 1 - smoothing), smoothing / count);
}
