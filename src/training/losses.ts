import { checkOptions, InputError, listed, numberWithin, shown } from "../core/errors.ts";
import { sizeOf } from "../core/tensor.ts";
import type { Buffer } from "../engine/draft.ts";
import { loadTargets } from "../ops/border.ts";
import { blockOfImage } from "../ops/image.ts";
import type { Tape, Value } from "../ops/tape.ts";

/**
 * Losses by Keras's names. Sparse: labels are class numbers; plain: rows of targets. An image's loss times its weight,
 * summed over the batch and divided by the images in it (Keras's "sum_over_batch_size").
 * https://keras.io/api/losses/
 *
 * On the squared distances of {@link rbf} units, with class numbers: "rbf_mse", the distance from the right class's centre
 * (1998, eq. 8), and "rbf_map", which adds a term that drives wrong classes away (eq. 9).
 */
export const lossNames = [
  "sparse_categorical_crossentropy",
  "categorical_crossentropy",
  "mean_squared_error",
  "rbf_mse",
  "rbf_map",
] as const;
export type LossName = (typeof lossNames)[number];

/** A loss as a model keeps it. Plain data: it is saved with the model. */
export type Loss = Exclude<LossName, "rbf_map"> | { readonly loss: "rbf_map"; readonly j: number };

/**
 * y_D + ln(e^-j + sum over i of e^-y_i), D the right class (1998, eq. 9): `j`, default 5, above 0, says at what
 * distance wrong classes no longer matter. The paper asks for j > 0 and gives no value; docs/paper.md has what was tried.
 * @throws InputError for a j that is not above 0
 */
export function rbfMap(options: { j?: number } = {}): Loss {
  checkOptions("rbfMap", options, ["j"]);
  return { loss: "rbf_map", j: numberWithin("rbfMap j", options.j ?? DEFAULT_J, Number.MIN_VALUE) };
}

const DEFAULT_J = 5;

/** A loss given by name or made by {@link rbfMap}. @throws InputError for another */
export function checkedLoss(what: string, loss: LossName | Loss): Loss {
  if (typeof loss === "object" && loss?.loss === "rbf_map") return rbfMap({ j: loss.j });
  if (loss === "rbf_map") return rbfMap();
  if (typeof loss !== "string" || !lossNames.includes(loss))
    throw new InputError(`${what}: expected ${listed(lossNames)}, got ${shown(loss)}`);
  return loss;
}

/** Whether labels are class numbers, not rows of targets. */
export function isSparse(loss: Loss): boolean {
  return loss === "sparse_categorical_crossentropy" || isOfDistances(loss);
}

/** Whether the loss is a cross-entropy, which is computed from logits where the network ends in a softmax. */
export function isCrossEntropy(loss: Loss): boolean {
  return loss === "sparse_categorical_crossentropy" || loss === "categorical_crossentropy";
}

/** Whether the loss takes the outputs for distances, of which the smallest wins. */
export function isOfDistances(loss: Loss): boolean {
  return loss === "rbf_mse" || typeof loss === "object";
}

/**
 * Writes the loss, the rank of the true class and, in training, the gradient (for a curvature tape: the second
 * derivatives), which is returned. The curvature of both losses of distances is that of eq. 8, a sum of squares: what eq. 9
 * adds takes it away where a pattern is nearer than j, and with it what holds the rates back. `output` is the network's output, or its logits; `smallest`: whether the smallest
 * score wins.
 */
export function emitLoss(
  tape: Tape,
  output: Value,
  loss: Loss,
  { fromLogits, smallest }: { fromLogits: boolean; smallest: boolean },
): ReadonlyMap<Value, Buffer> {
  const { builder } = tape;
  const scores = tape.layout === "image" ? blockOfImage(tape, output) : output;
  const classes = sizeOf(output.shape);
  const targets = loadTargets(tape, classes, isSparse(loss));
  const results = { space: "result", at: 0 } as const;
  const share = builder.shares;
  const y = scores.buffer;
  const first = builder.training && (!tape.curvature || isOfDistances(loss));
  const gradient = first ? builder.buffer(classes) : undefined;
  const second = tape.curvature ? builder.buffer(classes) : undefined;
  const d = gradient ?? 0;
  const h = second ?? 0;
  if (isOfDistances(loss)) {
    const j = typeof loss === "object" ? loss.j : 0;
    const competitive = typeof loss === "object" && !tape.curvature ? 1 : 0;
    builder.call("distanceLoss", { y, targets, share, dy: d, results, classes, competitive, j });
    if (second) builder.call("clear", { y: second, count: classes });
  } else if (loss === "mean_squared_error") {
    builder.call("meanSquaredError", { y, targets, share, dy: d, results, count: classes });
    if (second) builder.call("meanSquaredErrorCurvature", { share, h, count: classes });
  } else if (fromLogits) {
    builder.call("crossEntropyOfLogits", { z: y, targets, share, dz: d, results, classes });
    if (second) builder.call("crossEntropyOfLogitsCurvature", { z: y, targets, share, h, classes });
  } else {
    builder.call("crossEntropyOfOutputs", { y, targets, share, dy: d, results, classes });
    if (second) builder.call("crossEntropyOfOutputsCurvature", { y, targets, share, h, classes });
  }
  builder.call("rank", { scores: y, targets, results, classes, smallest: smallest ? 1 : 0 });
  if (second && gradient) tape.slopes.set(scores, gradient);
  const end = second ?? gradient;
  return new Map(end ? [[scores, end]] : []);
}
