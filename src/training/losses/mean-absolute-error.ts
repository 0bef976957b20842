import { checkedOptions, type OptionsOf } from "../../core/options.ts";
import { formulaLoss } from "./formula.ts";

const options = {};

/** {@link meanAbsoluteError} as it is saved. */
export interface MeanAbsoluteError {
  /** The loss's name, which `compile` also takes. */
  readonly type: "mean_absolute_error";
}

/**
 * The mean over the outputs k of |y_k - target_k|; labels are rows of targets, [N, outputs]. Alias "mae".
 * https://keras.io/api/losses/regression_losses/#meanabsoluteerror-class
 */
export function meanAbsoluteError(given: OptionsOf<typeof options> = {}): MeanAbsoluteError {
  return { type: "mean_absolute_error", ...checkedOptions("meanAbsoluteError", options, given) };
}

export const meanAbsoluteErrorLoss = formulaLoss<MeanAbsoluteError>(
  { create: meanAbsoluteError, targets: "rows", outputs: "any" },
  (ops, target, output) => ops.mean(ops.abs(ops.subtract(output, target))),
);
