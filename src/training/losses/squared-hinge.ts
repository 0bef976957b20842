import { checkedOptions, type OptionsOf } from "../../core/options.ts";
import { formulaLoss } from "./formula.ts";
import { hinges } from "./hinges.ts";

const options = {};

/** {@link squaredHinge} as it is saved. */
export interface SquaredHinge {
  /** The loss's name, which `compile` also takes. */
  readonly type: "squared_hinge";
}

/**
 * The mean over the outputs k of max(1 - t_k y_k, 0)^2, with t_k the target -1 or 1; a target 0 counts as -1. Labels are
 * rows of targets, [N, outputs].
 * https://keras.io/api/losses/hinge_losses/#squaredhinge-class
 */
export function squaredHinge(given: OptionsOf<typeof options> = {}): SquaredHinge {
  return { type: "squared_hinge", ...checkedOptions("squaredHinge", options, given) };
}

export const squaredHingeLoss = formulaLoss<SquaredHinge>(
  { create: squaredHinge, targets: "rows", outputs: "any" },
  (ops, target, output) => ops.mean(ops.square(hinges(ops, target, output))),
);
