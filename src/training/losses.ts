import { sizeOf } from "../core/tensor.ts";
import type { Buffer } from "../engine/draft.ts";
import { loadTargets } from "../ops/border.ts";
import type { Tape, Value } from "../ops/tape.ts";

/**
 * Losses by Keras's names. Sparse: labels are class numbers; plain: rows of targets. An image's loss times its weight,
 * summed over the batch and divided by the images in it (Keras's "sum_over_batch_size").
 * https://keras.io/api/losses/
 */
export const lossNames = ["sparse_categorical_crossentropy", "categorical_crossentropy", "mean_squared_error"] as const;
export type LossName = (typeof lossNames)[number];

/** Whether labels are class numbers, not rows of targets. */
export function isSparse(loss: LossName): boolean {
  return loss === "sparse_categorical_crossentropy";
}

/** Whether the loss is a cross-entropy, which is computed from logits where the network ends in a softmax. */
export function isCrossEntropy(loss: LossName): boolean {
  return loss !== "mean_squared_error";
}

/**
 * Writes the loss, the rank of the true class and, in training, the gradient, which is returned. `output` is the
 * network's output, or its logits.
 */
export function emitLoss(tape: Tape, output: Value, loss: LossName, fromLogits: boolean): Buffer | undefined {
  const { builder } = tape;
  const classes = sizeOf(output.shape);
  const targets = loadTargets(tape, classes, isSparse(loss));
  const results = { space: "result", at: 0 } as const;
  const gradient = tape.training ? builder.buffer(classes) : undefined;
  const d = gradient ?? 0;
  const share = builder.shares;
  if (loss === "mean_squared_error") {
    builder.call("meanSquaredError", { y: output.buffer, targets, share, dy: d, results, count: classes });
  } else if (fromLogits) {
    builder.call("crossEntropyOfLogits", { z: output.buffer, targets, share, dz: d, results, classes });
  } else {
    builder.call("crossEntropyOfOutputs", { y: output.buffer, targets, share, dy: d, results, classes });
  }
  builder.call("rank", { scores: output.buffer, targets, results, classes });
  return gradient;
}
