/** The architecture in a model file: the layers with their options, and which calls they are. */
import { InputError, shown } from "../core/errors.ts";
import { type Check, type ConfigOf, checkedOptions, choice, required, text, whole } from "../core/options.ts";
import type { SymbolicTensor } from "../layers/layer.ts";
import type { FromConfig } from "../layers/usual.ts";
import type { ModelCore } from "./core.ts";
import { MAX_CALLS } from "./graph.ts";
import { anyObject, anyText, listOf } from "./saved-json.ts";

/** The `format` of a model file. */
export const FORMAT = "lenet5-model";

/** Like `whole(0)` for each item, but fast. */
const indices: Check<readonly number[]> = (what, given) => {
  if (Array.isArray(given) && given.length <= MAX_CALLS && given.every((i) => Number.isInteger(i) && i >= 0))
    return given;
  throw new InputError(
    `${what}: expected a list of at most ${MAX_CALLS} whole numbers of at least 0, got ${shown(given)}`,
  );
};

const version: Check<1> = (what, given) => {
  if (given === 1) return given;
  throw new InputError(`${what}: expected 1, got ${shown(given)}: update lenet5 if a newer one wrote the file`);
};

const layerSpec = { type: required(anyText), name: required(anyText), config: required(anyObject) };
const callSpec = { layer: required(whole(0)), inputs: required(indices) };

/**
 * Each layer once; the calls in order, with the indices of the earlier calls that are their inputs. Those of the model's
 * inputs come first.
 */
export const architectureSpec = {
  format: required(choice([FORMAT])),
  version: required(version),
  name: required(text),
  layers: required(
    listOf(MAX_CALLS, (what, given: ConfigOf<typeof layerSpec>) => checkedOptions(what, layerSpec, given)),
  ),
  calls: required(listOf(MAX_CALLS, (what, given: ConfigOf<typeof callSpec>) => checkedOptions(what, callSpec, given))),
  outputs: required((what, given: readonly number[]) => {
    if (indices(what, given).length > 0) return given;
    throw new InputError(`${what}: expected at least one, got none`);
  }),
};
/** {@link architectureSpec} */
export type Architecture = ConfigOf<typeof architectureSpec>;

/** The architecture of a model. */
export function architectureOf({ name, graph }: Pick<ModelCore, "name" | "graph">): Architecture {
  const layerAt = new Map(graph.layers.map((layer, i) => [layer, i]));
  const tensorAt = new Map(graph.tensors.map((tensor, i) => [tensor, i]));
  return {
    format: FORMAT,
    version: 1,
    name,
    layers: graph.layers.map((layer) => ({
      type: layer.type,
      name: layer.name,
      config: { ...layer.config, trainable: layer.trainable },
    })),
    calls: graph.tensors.map((tensor) => ({
      layer: layerAt.get(tensor.layer)!,
      inputs: tensor.inputs.map((input) => tensorAt.get(input)!),
    })),
    outputs: graph.outputs.map((output) => tensorAt.get(output)!),
  };
}

/** The inputs and outputs of a model. */
export interface Ends {
  readonly inputs: SymbolicTensor[];
  readonly outputs: SymbolicTensor[];
}

/** Makes the layers of an architecture and calls them. @throws InputError for items that refer to none */
export function graphFrom({ layers: specs, calls, outputs }: Architecture, fromConfig: FromConfig): Ends {
  const layers = specs.map((spec) => fromConfig(spec.type, spec.name, spec.config));
  const tensors: SymbolicTensor[] = [];
  const at = <Item>(list: readonly Item[], i: number): Item => {
    const item = list[i];
    if (item === undefined) throw new InputError(`its architecture refers to item ${i}, which does not exist`);
    return item;
  };
  for (const call of calls) tensors.push(at(layers, call.layer)(call.inputs.map((i) => at(tensors, i))));
  const inputs = tensors.filter((tensor) => tensor.layer.type === "input");
  if (inputs.length === 0) throw new InputError("its architecture has no input");
  return { inputs, outputs: outputs.map((i) => at(tensors, i)) };
}
