/**
 * Cross-entropy of outputs y with targets t: -sum over k of t_k ln(y_k / sum of y), each fraction clipped to [1e-7, 1 -
 * 1e-7] as Keras clips it; from logits z: sum of t_k (ln(sum of e^z) - z_k). Class numbers are one-hot targets.
 */
import type { Buffer } from "../../engine/pending-call.ts";
import type { LossCall } from "./loss.ts";

export function emitCrossEntropy(call: LossCall, gradient: Buffer | 0): void {
  const { builder, outputs, targets, sampleWeights, results, classes } = call;
  const io = { targets, sampleWeights, results, classes };
  if (call.fromLogits) builder.call("crossEntropyOfLogits", { z: outputs, dz: gradient, ...io });
  else builder.call("crossEntropyOfOutputs", { y: outputs, dy: gradient, ...io });
}

/** From logits, with p = softmax(z): p_k (1 - p_k) times the sum of t. */
export function emitCrossEntropyCurvature(call: LossCall, h: Buffer): undefined {
  const { builder, outputs, targets, sampleWeights, classes } = call;
  emitCrossEntropy(call, 0);
  if (call.fromLogits)
    builder.call("crossEntropyOfLogitsCurvature", { z: outputs, targets, sampleWeights, h, classes });
  else builder.call("crossEntropyOfOutputsCurvature", { y: outputs, targets, sampleWeights, h, classes });
}
