/**
 * Cross-entropy of outputs y with targets t: -sum over k of t_k ln(y_k / sum of y), each fraction clipped to [1e-7, 1 -
 * 1e-7] as Keras clips it; from logits z: sum of t_k (ln(sum of e^z) - z_k). Class numbers are one-hot targets.
 */
import type { Buffer } from "../../engine/pending-call.ts";
import type { LossCall } from "./loss.ts";

/** The options of both cross-entropies. */
interface Options {
  readonly fromLogits: boolean;
  readonly labelSmoothing?: number;
}

export function emitCrossEntropy(call: LossCall, gradient: Buffer | 0, options: Options): void {
  const { builder, outputs, sampleWeights, results, classes } = call;
  const io = { targets: smoothedTargets(call, options), sampleWeights, results, classes };
  if (areLogits(call, options)) builder.call("crossEntropyOfLogits", { z: outputs, dz: gradient, ...io });
  else builder.call("crossEntropyOfOutputs", { y: outputs, dy: gradient, ...io });
}

/** From logits, with p = softmax(z): p_k (1 - p_k) times the sum of t. */
export function emitCrossEntropyCurvature(call: LossCall, h: Buffer, options: Options): undefined {
  const { builder, outputs, sampleWeights, classes } = call;
  emitCrossEntropy(call, 0, options);
  const io = { targets: smoothedTargets(call, options), sampleWeights, h, classes };
  if (areLogits(call, options)) builder.call("crossEntropyOfLogitsCurvature", { z: outputs, ...io });
  else builder.call("crossEntropyOfOutputsCurvature", { y: outputs, ...io });
}

function areLogits(call: LossCall, options: Options): boolean {
  return call.fromLogits || options.fromLogits;
}

/** (1 - smoothing) t + smoothing / classes. The rank of the true class needs the targets as they are. */
function smoothedTargets({ builder, targets, classes }: LossCall, { labelSmoothing = 0 }: Options): Buffer {
  if (labelSmoothing === 0) return targets;
  const y = builder.buffer(classes);
  builder.call("rescale", {
    x: targets,
    y,
    count: classes,
    scale: 1 - labelSmoothing,
    offset: labelSmoothing / classes,
  });
  return y;
}
