import { type ConfigOf, checkedOptions, finite, type OptionsOf, optional, within } from "../../core/options.ts";
import { fromLogits, labelSmoothing } from "./crossentropy-options.ts";
import { clipped, smoothed } from "./epsilon.ts";
import { formulaLoss } from "./formula.ts";

const options = {
  /** The factor of the loss; default 0.25. */
  alpha: optional(finite, 0.25),
  /** How strongly classes that are already right count less, at least 0; default 2. With 0, all count alike. */
  gamma: optional(within(0), 2),
  ...fromLogits,
  ...labelSmoothing,
};

/** Options of {@link categoricalFocalCrossentropy}. */
export interface CategoricalFocalCrossentropyOptions extends OptionsOf<typeof options> {}

/** {@link categoricalFocalCrossentropy} as it is saved. */
export interface CategoricalFocalCrossentropy extends ConfigOf<typeof options> {
  /** The loss's name, which `compile` also takes. */
  readonly type: "categorical_focal_crossentropy";
}

/**
 * -sum over the classes k of alpha (1 - p_k)^gamma t_k ln p_k (Lin et al. 2017, https://arxiv.org/abs/1708.02002), p the
 * probabilities divided by their sum and clipped to [1e-7, 1 - 1e-7]. Labels are rows of targets, [N, classes].
 * https://keras.io/api/losses/probabilistic_losses/#categoricalfocalcrossentropy-class
 * @throws InputError for an option out of range
 */
export function categoricalFocalCrossentropy(
  given: CategoricalFocalCrossentropyOptions = {},
): CategoricalFocalCrossentropy {
  return {
    type: "categorical_focal_crossentropy",
    ...checkedOptions("categoricalFocalCrossentropy", options, given),
  };
}

export const categoricalFocalCrossentropyLoss = formulaLoss<CategoricalFocalCrossentropy>(
  { create: categoricalFocalCrossentropy, targets: "rows", outputs: "probabilities" },
  (ops, target, output, config) => {
    const t = smoothed(ops, target, config.labelSmoothing, target.shape[0]!);
    const probabilities = config.fromLogits ? ops.softmax(output) : output;
    const p = clipped(ops, ops.divide(probabilities, ops.sum(probabilities)));
    const weight = ops.multiply(ops.power(ops.subtract(1, p), config.gamma), config.alpha);
    return ops.negative(ops.sum(ops.multiply(weight, ops.multiply(t, ops.log(p)))));
  },
);
