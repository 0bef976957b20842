import { type ConfigOf, checkedOptions, type OptionsOf } from "../../core/options.ts";
import { emitCrossEntropy, emitCrossEntropyCurvature } from "./cross-entropy.ts";
import { fromLogits, labelSmoothing } from "./crossentropy-options.ts";
import type { LossDefinition } from "./loss.ts";

const options = { ...fromLogits, ...labelSmoothing };

/** Options of {@link categoricalCrossentropy}. */
export interface CategoricalCrossentropyOptions extends OptionsOf<typeof options> {}

/** {@link categoricalCrossentropy} as it is saved. */
export interface CategoricalCrossentropy extends ConfigOf<typeof options> {
  /** The loss's name, which `compile` also takes. */
  readonly type: "categorical_crossentropy";
}

/**
 * -sum over k of target[k] ln(probability[k]); labels are rows of targets, [N, classes].
 * https://keras.io/api/losses/probabilistic_losses/#categoricalcrossentropy-class
 */
export function categoricalCrossentropy(given: CategoricalCrossentropyOptions = {}): CategoricalCrossentropy {
  return { type: "categorical_crossentropy", ...checkedOptions("categoricalCrossentropy", options, given) };
}

export const categoricalCrossentropyLoss: LossDefinition<CategoricalCrossentropy> = {
  create: categoricalCrossentropy,
  targets: "rows",
  outputs: "probabilities",
  joinsSoftmax: true,
  emit: emitCrossEntropy,
  emitCurvature: emitCrossEntropyCurvature,
};
