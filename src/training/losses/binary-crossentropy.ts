import { type ConfigOf, checkedOptions, type OptionsOf } from "../../core/options.ts";
import type { OpsTensor } from "../../ops/operand.ts";
import type { Ops } from "../../ops/ops.ts";
import { fromLogits, labelSmoothing } from "./crossentropy-options.ts";
import { clipped, smoothed } from "./epsilon.ts";
import { formulaLoss } from "./formula.ts";

const options = { ...fromLogits, ...labelSmoothing };

/** Options of {@link binaryCrossentropy}. */
export interface BinaryCrossentropyOptions extends OptionsOf<typeof options> {}

/** {@link binaryCrossentropy} as it is saved. */
export interface BinaryCrossentropy extends ConfigOf<typeof options> {
  /** The loss's name, which `compile` also takes. */
  readonly type: "binary_crossentropy";
}

/**
 * The mean over the outputs k of -(t_k ln p_k + (1 - t_k) ln(1 - p_k)), for yes-or-no outputs that end in a sigmoid;
 * probabilities are clipped to [1e-7, 1 - 1e-7]. Labels are rows of targets from 0 to 1, [N, outputs]. Smoothing moves
 * targets towards 1/2. Alias "bce". https://keras.io/api/losses/probabilistic_losses/#binarycrossentropy-class
 * @throws InputError for an option out of range
 */
export function binaryCrossentropy(given: BinaryCrossentropyOptions = {}): BinaryCrossentropy {
  return { type: "binary_crossentropy", ...checkedOptions("binaryCrossentropy", options, given) };
}

export const binaryCrossentropyLoss = formulaLoss<BinaryCrossentropy>(
  { create: binaryCrossentropy, targets: "rows", outputs: "probabilities" },
  (ops, target, output, config) => {
    const t = smoothed(ops, target, config.labelSmoothing, 2);
    return ops.mean(config.fromLogits ? ofLogits(ops, t, output) : binaryCrossentropies(ops, t, output));
  },
);

/** -(t ln p + (1 - t) ln(1 - p)). */
export function binaryCrossentropies(ops: Ops, t: OpsTensor, probabilities: OpsTensor): OpsTensor {
  const p = clipped(ops, probabilities);
  const yes = ops.multiply(t, ops.log(p));
  const no = ops.multiply(ops.subtract(1, t), ops.log(ops.subtract(1, p)));
  return ops.negative(ops.add(yes, no));
}

/** ln(1 + e^z) - t z, which is the same with p = 1 / (1 + e^-z), and finite for every z. */
function ofLogits(ops: Ops, t: OpsTensor, z: OpsTensor): OpsTensor {
  return ops.subtract(ops.activation(z, "softplus"), ops.multiply(t, z));
}
