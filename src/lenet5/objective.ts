import { probabilitiesOf } from "../layers/probabilities.ts";
import type { Model } from "../model/model.ts";
import type { CompileOptions } from "../model/model-options.ts";
import { binaryCrossentropy } from "../training/losses/binary-crossentropy.ts";
import { rbfMap } from "../training/losses/rbf-map.ts";
import { sparseCategoricalCrossentropy } from "../training/losses/sparse-categorical-crossentropy.ts";

/** A loss and metrics, plain data, and lines for the user about what they may not expect. */
export interface RecipeObjective extends Required<Pick<CompileOptions, "loss" | "metrics">> {
  readonly notes: readonly string[];
}

/** The loss and the metrics that fit a network's outputs, and a line for the user where these are taken as logits. */
export function objectiveOf({ outputs, outputsDistances }: Model): RecipeObjective {
  if (outputsDistances) return { loss: rbfMap(), metrics: ["accuracy"], notes: [] };
  const isUnit = outputs.shape.at(-1) === 1;
  const fromLogits = probabilitiesOf(outputs) === undefined;
  const ends = isUnit ? "no sigmoid" : "no softmax";
  const notes = fromLogits ? [`The network ends in ${ends}: the loss takes its outputs for logits`] : [];
  const loss = (isUnit ? binaryCrossentropy : sparseCategoricalCrossentropy)({ fromLogits });
  return { loss, metrics: ["accuracy"], notes };
}
