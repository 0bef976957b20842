import { checkedOptions, type OptionsOf } from "../../core/options.ts";
import { formulaLoss } from "./formula.ts";
import { hinges } from "./hinges.ts";

const options = {};

/** {@link hinge} as it is saved. */
export interface Hinge {
  /** The loss's name, which `compile` also takes. */
  readonly type: "hinge";
}

/**
 * The mean over the outputs k of max(1 - t_k y_k, 0), with t_k the target -1 or 1; a target 0 counts as -1. Labels are
 * rows of targets, [N, outputs].
 * https://keras.io/api/losses/hinge_losses/#hinge-class
 */
export function hinge(given: OptionsOf<typeof options> = {}): Hinge {
  return { type: "hinge", ...checkedOptions("hinge", options, given) };
}

export const hingeLoss = formulaLoss<Hinge>({ create: hinge, targets: "rows", outputs: "any" }, (ops, target, output) =>
  ops.mean(hinges(ops, target, output)),
);
