import { type ConfigOf, checkedOptions, type OptionsOf } from "../../core/options.ts";
import { emitCrossEntropy, emitCrossEntropyCurvature } from "./cross-entropy.ts";
import { fromLogits } from "./crossentropy-options.ts";
import type { LossDefinition } from "./loss.ts";

const options = fromLogits;

/** Options of {@link sparseCategoricalCrossentropy}. */
export interface SparseCategoricalCrossentropyOptions extends OptionsOf<typeof options> {}

/** {@link sparseCategoricalCrossentropy} as it is saved. */
export interface SparseCategoricalCrossentropy extends ConfigOf<typeof options> {
  /** The loss's name, which `compile` also takes. */
  readonly type: "sparse_categorical_crossentropy";
}

/**
 * -ln of the probability of the right class; labels are class numbers.
 * https://keras.io/api/losses/probabilistic_losses/#sparsecategoricalcrossentropy-class
 */
export function sparseCategoricalCrossentropy(
  given: SparseCategoricalCrossentropyOptions = {},
): SparseCategoricalCrossentropy {
  return {
    type: "sparse_categorical_crossentropy",
    ...checkedOptions("sparseCategoricalCrossentropy", options, given),
  };
}

export const sparseCategoricalCrossentropyLoss: LossDefinition<SparseCategoricalCrossentropy> = {
  create: sparseCategoricalCrossentropy,
  targets: "classes",
  outputs: "probabilities",
  joinsSoftmax: true,
  emit: emitCrossEntropy,
  emitCurvature: emitCrossEntropyCurvature,
};
