import type { SymbolicTensor } from "./layer.ts";

/** What an output is: "softmax": probabilities that sum to 1. "sigmoid": numbers from 0 to 1. */
export type Probabilities = "softmax" | "sigmoid";

const activations: Readonly<Record<string, Probabilities>> = {
  softmax: "softmax",
  sigmoid: "sigmoid",
  hard_sigmoid: "sigmoid",
};

/** Layers that leave probabilities what they are: they move, select or average them. */
const passing: ReadonlySet<string> = new Set([
  "flatten",
  "reshape",
  "permute",
  "average",
  "concatenate",
  "maximum",
  "minimum",
  "channelSlice",
  "cropping2d",
  "averagePooling2d",
  "maxPooling2d",
  "globalAveragePooling2d",
  "globalMaxPooling2d",
  "upSampling2d",
]);

/**
 * Whether a tensor consists of probabilities by construction: it ends in a softmax or a sigmoid, perhaps with layers
 * behind that only move or average numbers, or in a layer that declares it.
 */
export function probabilitiesOf(tensor: SymbolicTensor): Probabilities | undefined {
  const { layer, inputs } = tensor;
  if (layer.built.endsInSoftmax) return "softmax";
  if (layer.built.probabilities) return layer.built.probabilities;
  const { activation } = layer.config as { activation?: string };
  if (activation !== undefined && Object.hasOwn(activations, activation)) return activations[activation];
  if (!passing.has(layer.type)) return undefined;
  const kinds = inputs.map(probabilitiesOf);
  if (kinds.includes(undefined)) return undefined;
  return kinds.includes("sigmoid") ? "sigmoid" : "softmax";
}
