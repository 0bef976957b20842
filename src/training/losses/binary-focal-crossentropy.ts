import { type ConfigOf, checkedOptions, flag, type OptionsOf, optional, within } from "../../core/options.ts";
import { binaryCrossentropies } from "./binary-crossentropy.ts";
import { fromLogits, labelSmoothing } from "./crossentropy-options.ts";
import { EPSILON, smoothed } from "./epsilon.ts";
import { formulaLoss } from "./formula.ts";

const options = {
  /** Whether the targets 1 count by alpha, and the targets 0 by 1 - alpha; default false. */
  applyClassBalancing: optional(flag, false),
  /** The weight of the targets 1 with `applyClassBalancing`, from 0 to 1; default 0.25. */
  alpha: optional(within(0, 1), 0.25),
  /** How strongly outputs that are already right count less, at least 0; default 2. With 0, all count alike. */
  gamma: optional(within(0), 2),
  ...fromLogits,
  ...labelSmoothing,
};

/** Options of {@link binaryFocalCrossentropy}. */
export interface BinaryFocalCrossentropyOptions extends OptionsOf<typeof options> {}

/** {@link binaryFocalCrossentropy} as it is saved. */
export interface BinaryFocalCrossentropy extends ConfigOf<typeof options> {
  /** The loss's name, which `compile` also takes. */
  readonly type: "binary_focal_crossentropy";
}

/**
 * The mean over the outputs of (1 - q)^gamma times the binary cross-entropy, q = t p + (1 - t) (1 - p) the probability of
 * the right answer (Lin et al. 2017, https://arxiv.org/abs/1708.02002). Labels are rows of targets from 0 to 1,
 * [N, outputs]. https://keras.io/api/losses/probabilistic_losses/#binaryfocalcrossentropy-class
 * @throws InputError for an option out of range
 */
export function binaryFocalCrossentropy(given: BinaryFocalCrossentropyOptions = {}): BinaryFocalCrossentropy {
  return { type: "binary_focal_crossentropy", ...checkedOptions("binaryFocalCrossentropy", options, given) };
}

export const binaryFocalCrossentropyLoss = formulaLoss<BinaryFocalCrossentropy>(
  { create: binaryFocalCrossentropy, targets: "rows", outputs: "probabilities" },
  (ops, target, output, config) => {
    const t = smoothed(ops, target, config.labelSmoothing, 2);
    const p = config.fromLogits ? ops.sigmoid(output) : output;
    const right = ops.add(ops.multiply(t, p), ops.multiply(ops.subtract(1, t), ops.subtract(1, p)));
    // Below gamma 1, the slope of the power is infinite at 0.
    const wrong = ops.maximum(ops.subtract(1, right), EPSILON);
    const focal = ops.multiply(ops.power(wrong, config.gamma), binaryCrossentropies(ops, t, p));
    if (!config.applyClassBalancing) return ops.mean(focal);
    const weight = ops.add(ops.multiply(t, config.alpha), ops.multiply(ops.subtract(1, t), 1 - config.alpha));
    return ops.mean(ops.multiply(weight, focal));
  },
);
