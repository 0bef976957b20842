import { checkedOptions, type OptionsOf } from "../../core/options.ts";
import { emitCrossEntropy, emitCrossEntropyCurvature } from "./cross-entropy.ts";
import type { LossDefinition } from "./loss.ts";

const options = {};

/** The cross-entropy of rows of targets as it is saved. */
export interface CategoricalCrossentropy {
  /** The loss's name, which `compile` also takes. */
  readonly type: "categorical_crossentropy";
}

function create(given: OptionsOf<typeof options>): CategoricalCrossentropy {
  return { type: "categorical_crossentropy", ...checkedOptions("categorical_crossentropy", options, given) };
}

/**
 * -sum over k of target[k] ln(probability[k]); labels are rows of targets, [N, classes].
 * https://keras.io/api/losses/probabilistic_losses/#categoricalcrossentropy-class
 */
export const categoricalCrossentropyLoss: LossDefinition<CategoricalCrossentropy> = {
  create,
  targets: "rows",
  outputs: "probabilities",
  emit: emitCrossEntropy,
  emitCurvature: emitCrossEntropyCurvature,
};
