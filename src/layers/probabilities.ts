import type { Layer, SymbolicTensor } from "./layer.ts";

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
  const kinds = sourcesOf(tensor, passing).map(({ layer }) => ownProbabilities(layer));
  if (kinds.includes(undefined)) return undefined;
  return kinds.includes("sigmoid") ? "sigmoid" : "softmax";
}

/** What a tensor is computed from, each once: the nearest tensors whose layers are of other types than `through`. */
export function sourcesOf(tensor: SymbolicTensor, through: ReadonlySet<string>): SymbolicTensor[] {
  const seen = new Set<SymbolicTensor>();
  const waiting = [tensor];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    if (through.has(next.layer.type)) waiting.push(...next.inputs.toReversed());
  }
  return [...seen].filter(({ layer }) => !through.has(layer.type));
}

function ownProbabilities({ built, config }: Layer): Probabilities | undefined {
  if (built.endsInSoftmax) return "softmax";
  if (built.probabilities) return built.probabilities;
  const { activation } = config as { activation?: string };
  return activation !== undefined && Object.hasOwn(activations, activation) ? activations[activation] : undefined;
}
