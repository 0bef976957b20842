import type { Model, SymbolicTensor } from "../index.ts";
import { bestClasses, probabilitiesOfDistances, scoresOfUnit } from "../training/scores.ts";

/** What the outputs of a network say about one picture. */
export interface Reading {
  /** The number of the class. */
  readonly label: number;
  /** By class number: probabilities from 0 to 1, or the scores of a network that gives none. */
  readonly values: readonly number[];
  readonly areProbabilities: boolean;
}

/** Reads the outputs for one picture. */
export function readingOf(model: Model): (outputs: readonly number[]) => Reading {
  const { outputs, outputsDistances, training } = model;
  const [units = 1] = outputs.shape;
  const loss = training?.objectives[0]?.loss;
  const areLogits = loss !== undefined && "fromLogits" in loss && loss.fromLogits === true;
  const end = endOf(outputs);
  const read = (values: readonly number[], areProbabilities: boolean) => {
    return { label: bestClasses(values, values.length)[0]!, values, areProbabilities };
  };
  if (outputsDistances) return (row) => read(probabilitiesOfDistances(row), true);
  // A linear unit gives a score for class 1, which is no probability.
  if (units === 1) return (row) => read([...scoresOfUnit(row, areLogits)], areLogits || end === "sigmoid");
  if (end === "softmax") return (row) => read(row, true);
  // A network that was trained on logits: their softmax is what the loss took for probabilities.
  if (areLogits) return (row) => read(probabilitiesOfDistances(row.map((logit) => -logit)), true);
  return (row) => read(row, false);
}

/** The name of the activation at the end of a network; layers that only move numbers come after it. */
function endOf(output: SymbolicTensor): unknown {
  let tensor: SymbolicTensor | undefined = output;
  while (tensor && ["flatten", "reshape", "permute"].includes(tensor.layer.type)) tensor = tensor.inputs[0];
  if (tensor?.layer.built.endsInSoftmax) return "softmax";
  const { activation } = (tensor?.layer.config ?? {}) as { readonly activation?: unknown };
  return activation ?? tensor?.layer.type;
}
