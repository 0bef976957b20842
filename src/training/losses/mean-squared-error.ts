import { checkedOptions, type OptionsOf } from "../../core/options.ts";
import type { KernelLoss } from "./loss.ts";

const options = {};

/** {@link meanSquaredError} as it is saved. */
export interface MeanSquaredError {
  /** The loss's name, which `compile` also takes. */
  readonly type: "mean_squared_error";
}

/**
 * The mean over the outputs k of (y_k - target_k)^2; labels are rows of targets, [N, outputs]. Alias "mse".
 * https://keras.io/api/losses/regression_losses/#meansquarederror-class
 */
export function meanSquaredError(given: OptionsOf<typeof options> = {}): MeanSquaredError {
  return { type: "mean_squared_error", ...checkedOptions("meanSquaredError", options, given) };
}

/** First derivative 2 (y_k - target_k) / outputs, second 2 / outputs. */
export const meanSquaredErrorLoss: KernelLoss<MeanSquaredError> = {
  create: meanSquaredError,
  targets: "rows",
  outputs: "any",
  emit({ builder, outputs, targets, sampleWeights, results, classes }, gradient) {
    builder.call("meanSquaredError", { y: outputs, targets, sampleWeights, dy: gradient, results, count: classes });
  },
  emitCurvature(call, h) {
    meanSquaredErrorLoss.emit(call, 0, { type: "mean_squared_error" });
    call.builder.call("meanSquaredErrorCurvature", { sampleWeights: call.sampleWeights, h, count: call.classes });
    return undefined;
  },
};
