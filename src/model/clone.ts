import { type Check, flag, type OptionsOf, optional, wholeSeed } from "../core/options.ts";
import { copyOf } from "../layers/define-layer.ts";
import type { Layer, SymbolicTensor } from "../layers/layer.ts";
import type { Graph } from "./graph.ts";

export const cloneOptions = {
  /** Whether the copy starts with this model's weights instead of new ones. Default false, as in Keras. */
  weights: optional(flag as Check<boolean>, false),
  /** Seed of the new weights. Default 0. */
  seed: optional(wholeSeed, 0),
};

/** Options of {@link Model.clone}. */
export interface CloneOptions extends OptionsOf<typeof cloneOptions> {}

/**
 * The tensors of new layers with the same options, connected in the same way; `layers` has the copy of each layer.
 * @param starts tensors that stand in the place of the inputs; default: inputs of the same shapes
 */
export function copiedTensors(
  { tensors, inputs, outputs }: Graph,
  starts: readonly SymbolicTensor[] = [],
): { inputs: SymbolicTensor[]; outputs: SymbolicTensor[]; layers: ReadonlyMap<Layer, Layer> } {
  const layers = new Map<Layer, Layer>();
  const copies = new Map(starts.map((start, i) => [inputs[i]!, start] as const));
  for (const tensor of tensors) {
    if (copies.has(tensor)) continue;
    const layer = layers.get(tensor.layer) ?? copyOf(tensor.layer);
    layers.set(tensor.layer, layer);
    copies.set(tensor, layer(tensor.inputs.map((each) => copies.get(each)!)));
  }
  const copied = (tensor: SymbolicTensor) => copies.get(tensor)!;
  return { inputs: inputs.map(copied), outputs: outputs.map(copied), layers };
}
