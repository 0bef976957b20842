import type { OpsTensor } from "../../ops/operand.ts";
import type { Ops } from "../../ops/ops.ts";

/**
 * max(1 - t y, 0) for targets t of -1 or 1. A target of 0 counts as -1, as in Keras: t - (1 - |t|) maps 0 to -1 and
 * leaves -1 and 1.
 */
export function hinges(ops: Ops, target: OpsTensor, output: OpsTensor): OpsTensor {
  const t = ops.subtract(target, ops.subtract(1, ops.abs(target)));
  return ops.maximum(ops.subtract(1, ops.multiply(t, output)), 0);
}
