import { checkedOptions, type OptionsOf } from "../../core/options.ts";
import { emitCrossEntropy, emitCrossEntropyCurvature } from "./cross-entropy.ts";
import type { LossDefinition } from "./loss.ts";

const options = {};

/** The cross-entropy of class numbers as it is saved. */
export interface SparseCategoricalCrossentropy {
  /** The loss's name, which `compile` also takes. */
  readonly type: "sparse_categorical_crossentropy";
}

function create(given: OptionsOf<typeof options>): SparseCategoricalCrossentropy {
  return {
    type: "sparse_categorical_crossentropy",
    ...checkedOptions("sparse_categorical_crossentropy", options, given),
  };
}

/**
 * -ln of the probability of the right class; labels are class numbers.
 * https://keras.io/api/losses/probabilistic_losses/#sparsecategoricalcrossentropy-class
 */
export const sparseCategoricalCrossentropyLoss: LossDefinition<SparseCategoricalCrossentropy> = {
  create,
  targets: "classes",
  outputs: "probabilities",
  emit: emitCrossEntropy,
  emitCurvature: emitCrossEntropyCurvature,
};
