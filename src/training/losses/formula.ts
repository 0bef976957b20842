import type { OpsTensor } from "../../ops/operand.ts";
import type { Ops } from "../../ops/ops.ts";
import type { FormulaLoss } from "./loss.ts";

/**
 * A loss of one image, written with operations: its mean, if it is no single number. It gets the operations as an
 * argument, so that a page which only predicts does not load them.
 */
export type Formula<Config> = (ops: Ops, target: OpsTensor, output: OpsTensor, config: Config) => OpsTensor;

/** A loss that is a formula; its gradient follows from it. */
export function formulaLoss<Config extends { readonly type: string }>(
  definition: Omit<FormulaLoss<Config>, "formula">,
  formula: Formula<Config>,
): FormulaLoss<Config> {
  return { ...definition, formula };
}
