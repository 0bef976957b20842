import { checkedOptions, type OptionsOf } from "../../core/options.ts";
import { formulaLoss } from "./formula.ts";

const options = {};

/** {@link categoricalHinge} as it is saved. */
export interface CategoricalHinge {
  /** The loss's name, which `compile` also takes. */
  readonly type: "categorical_hinge";
}

/**
 * max(largest wrong output - right output + 1, 0): with targets t of 0 or 1, the right output is the sum of t_k y_k, the
 * largest wrong one the maximum of (1 - t_k) y_k. Labels are rows of targets, [N, classes].
 * https://keras.io/api/losses/hinge_losses/#categoricalhinge-class
 */
export function categoricalHinge(given: OptionsOf<typeof options> = {}): CategoricalHinge {
  return { type: "categorical_hinge", ...checkedOptions("categoricalHinge", options, given) };
}

export const categoricalHingeLoss = formulaLoss<CategoricalHinge>(
  { create: categoricalHinge, targets: "rows", outputs: "any" },
  (ops, target, output) => {
    const right = ops.sum(ops.multiply(target, output));
    const wrong = ops.max(ops.multiply(ops.subtract(1, target), output));
    return ops.maximum(ops.add(ops.subtract(wrong, right), 1), 0);
  },
);
