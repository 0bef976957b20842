import { InputError } from "../core/errors.ts";
import { random } from "../core/random.ts";
import { batchShapeText, sizeOf } from "../core/tensor.ts";
import type { Variable } from "../engine/variable.ts";
import { initialValue } from "../layers/initializers.ts";
import type { Layer, SymbolicTensor } from "../layers/layer.ts";

/** The tensors between an input and outputs; each follows those that it is computed from. */
export interface Graph {
  readonly input: SymbolicTensor;
  readonly outputs: readonly SymbolicTensor[];
  readonly tensors: readonly SymbolicTensor[];
  /** Each layer once, in the order of its first tensor. */
  readonly layers: readonly Layer[];
}

/** The graph between an input and outputs. @throws InputError for an output that is not computed from the input */
export function graphOf(input: SymbolicTensor, outputs: readonly SymbolicTensor[]): Graph {
  const tensors: SymbolicTensor[] = [];
  const seen = new Set<SymbolicTensor>();
  for (const output of outputs) {
    // Depth first without recursion: networks may be deeper than the call stack.
    const waiting: SymbolicTensor[] = [output];
    while (waiting.length > 0) {
      const tensor = waiting[waiting.length - 1]!;
      const missing = seen.has(tensor) ? [] : tensor.inputs.filter((other) => !seen.has(other));
      if (missing.length > 0) {
        waiting.push(missing[0]!);
        continue;
      }
      waiting.pop();
      if (seen.has(tensor)) continue;
      if (tensor.layer.type === "input" && tensor !== input) {
        throw new InputError(
          "model outputs: expected to be computed from the given input alone, got one that needs another",
        );
      }
      seen.add(tensor);
      tensors.push(tensor);
    }
  }
  const layers = [...new Set(tensors.map((tensor) => tensor.layer))];
  nameLayers(layers);
  return { input, outputs, tensors, layers };
}

/** Names layers without a name after their type, numbered from the second one on: dense, dense_1, ... */
function nameLayers(layers: readonly Layer[]): void {
  const taken = new Set<string>();
  for (const { name } of layers) {
    if (name && taken.has(name)) {
      throw new InputError(
        `model: expected a different name for every layer, got "${name}" twice: name the layers that come from other models`,
      );
    }
    if (name) taken.add(name);
  }
  for (const layer of layers) {
    if (layer.name) continue;
    let name: string = layer.type;
    for (let number = 1; taken.has(name); number++) name = `${layer.type}_${number}`;
    layer.name = name;
    taken.add(name);
  }
}

/** Initializes weights without a value; it depends on the seed, the layer's name and the weight's name. */
export function initializeWeights(layers: readonly Layer[], seed: number): void {
  for (const layer of layers) {
    for (const spec of layer.built.weights) {
      if (layer.variables.has(spec.name)) continue;
      const path = `${layer.name}/${spec.name}`;
      const value = initialValue(spec.initializer, spec.shape, spec.fans, random(seed, path));
      if (spec.exists) for (let i = 0; i < value.length; i++) if (!spec.exists(i)) value[i] = 0;
      const { name, shape, trainable = true } = spec;
      layer.variables.set(name, {
        path,
        shape,
        get trainable() {
          return trainable && layer.trainable;
        },
        value,
        version: 0,
      });
    }
  }
}

/** The number of scores for an image. @throws InputError for several outputs, or one that is no vector of scores */
export function classCount({ outputs }: Graph): number {
  if (outputs.length !== 1) {
    throw new InputError(
      `expected a model with one output to train or evaluate, got ${outputs.length}: use a second model of the same layers for the other outputs`,
    );
  }
  const { shape, layer } = outputs[0]!;
  const classes = shape[shape.length - 1]!;
  if (sizeOf(shape) !== classes) {
    throw new InputError(
      `[${layer.type} "${layer.name}"] expected an output [N, classes] to train or evaluate, got ${batchShapeText(shape)}: end with flatten() and dense()`,
    );
  }
  return classes;
}

/** All weights of the layers, in order. */
export function variablesOf(layers: readonly Layer[]): Variable[] {
  return layers.flatMap((layer) => [...layer.variables.values()]);
}
