import type { OpsTensor } from "../../ops/operand.ts";
import type { Ops } from "../../ops/ops.ts";

/**
 * max(1 - t y, 0) for targets t of -1 or 1. Targets of 0 and 1, of which Keras makes -1 and 1, are those: 0 becomes -1 by
 * t - (1 - |t|).
 */
export function hinges(ops: Ops, target: OpsTensor, output: OpsTensor): OpsTensor {
  const t = ops.subtract(target, ops.subtract(1, ops.abs(target)));
  return ops.maximum(ops.subtract(1, ops.multiply(t, output)), 0);
}
