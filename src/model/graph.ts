import { InputError } from "../core/errors.ts";
import { firstNotFinite } from "../core/finite.ts";
import { random } from "../core/random.ts";
import { type Variable, variableOf } from "../engine/variable.ts";
import { initialValue } from "../layers/initializers.ts";
import type { Layer, SymbolicTensor, WeightSpec } from "../layers/layer.ts";
import { checkModelSize } from "../layers/sizes.ts";
import type { OneOrMore } from "./model-options.ts";

/** The tensors between inputs and outputs, the inputs first; each follows those that it is computed from. */
export interface Graph {
  readonly inputs: readonly SymbolicTensor[];
  readonly outputs: readonly SymbolicTensor[];
  /** The names of the layers of the inputs and outputs; an output whose layer has another output gets a number. */
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly tensors: readonly SymbolicTensor[];
  /** Each layer once, in the order of its first tensor. */
  readonly layers: readonly Layer[];
}

/** The most calls of layers in a model. */
export const MAX_CALLS = 2 ** 16;

/** The inputs or outputs of a model as a list, as many as there are. */
export function listOf(tensors: OneOrMore): readonly SymbolicTensor[] {
  return "shape" in tensors ? [tensors] : tensors;
}

/**
 * The graph between inputs and outputs.
 * @throws InputError for an output that needs another input, and for an input that no output needs
 */
export function graphOf(inputs: readonly SymbolicTensor[], outputs: readonly SymbolicTensor[]): Graph {
  const tensors: SymbolicTensor[] = [...inputs];
  const seen = new Set<SymbolicTensor>(inputs);
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
      if (tensor.layer.type === "input") {
        const given = inputs.length === 1 ? "the given input" : "the given inputs";
        throw new InputError(`model outputs: expected to be computed from ${given} alone, got one that needs another`);
      }
      seen.add(tensor);
      tensors.push(tensor);
    }
  }
  if (new Set(inputs).size < inputs.length)
    throw new InputError("model inputs: expected different inputs, got one twice");
  const read = new Set([...outputs, ...tensors.flatMap((tensor) => tensor.inputs)]);
  inputs.forEach((input, i) => {
    if (read.has(input)) return;
    throw new InputError(
      `model inputs: expected inputs that the outputs are computed from, got number ${i + 1}, which none needs: leave it out`,
    );
  });
  if (tensors.length > MAX_CALLS)
    throw new InputError(`model: expected at most ${MAX_CALLS} calls of layers, got ${tensors.length}`);
  const calls = callsOf({ tensors });
  checkModelSize(calls);
  const layers = [...calls.keys()];
  nameLayers(layers);
  const names = (ends: readonly SymbolicTensor[]) => different(ends.map(({ layer }) => layer.name));
  return { inputs, outputs, inputNames: names(inputs), outputNames: names(outputs), tensors, layers };
}

/** The tensors of each layer, in order: the results of its calls. */
export function callsOf({ tensors }: Pick<Graph, "tensors">): Map<Layer, SymbolicTensor[]> {
  const calls = new Map<Layer, SymbolicTensor[]>();
  for (const tensor of tensors) {
    const own = calls.get(tensor.layer);
    if (own) own.push(tensor);
    else calls.set(tensor.layer, [tensor]);
  }
  return calls;
}

/** The names, those that came before numbered from 1 on. */
export function different(names: readonly string[]): string[] {
  const made = new Set<string>();
  const numbers = new Map<string, number>();
  for (const name of names) {
    let unique = name;
    let number = numbers.get(name) ?? 1;
    for (; made.has(unique); number++) unique = `${name}_${number}`;
    numbers.set(name, number);
    made.add(unique);
  }
  return [...made];
}

/** Names layers without a name after their type, numbered from the second one on: dense, dense_1, ... */
function nameLayers(layers: readonly Layer[]): void {
  allNames(layers).forEach((name, i) => {
    layers[i]!.name = name;
  });
}

/** The names of layers, "" for one without. @throws InputError for a name that is given twice */
export function allNames(layers: readonly Pick<Layer, "type" | "name">[]): string[] {
  const taken = new Set<string>();
  for (const { name } of layers) {
    if (name && taken.has(name)) {
      throw new InputError(
        `model: expected a different name for every layer, got "${name}" twice: name the layers that come from other models`,
      );
    }
    if (name) taken.add(name);
  }
  // The next number of each type: searching for it from 1 on would take minutes for ten thousand layers.
  const numbers = new Map<string, number>();
  return layers.map((layer) => {
    if (layer.name) return layer.name;
    let name: string = layer.type;
    let number = numbers.get(name) ?? 1;
    for (; taken.has(name); number++) name = `${layer.type}_${number}`;
    numbers.set(layer.type, number);
    taken.add(name);
    return name;
  });
}

/** Initializes weights without a value; it depends on the seed, the layer's name and the weight's name. */
export function initializeWeights(layers: readonly Layer[], seed: number): void {
  giveValues(layers, (path, spec) => initialValue(spec.initializer, spec.shape, spec.fans, random(seed, path)));
}

/** Gives weights without a value a new array, which they keep. */
export function giveValues(layers: readonly Layer[], make: (path: string, spec: WeightSpec) => Float32Array): void {
  for (const layer of layers) {
    for (const spec of layer.built.weights) {
      const { name, shape, trainable = true } = spec;
      if (layer.variables.has(name)) continue;
      const path = `${layer.name}/${name}`;
      const value = make(path, spec);
      clearUnconnected(spec, value);
      const at = firstNotFinite(value);
      if (at >= 0)
        throw new InputError(
          `model: expected finite initial weights, got ${value[at]} in "${path}": use another initializer`,
        );
      layer.variables.set(
        name,
        variableOf(path, shape, value, () => trainable && layer.trainable),
      );
    }
  }
}

/** Where two channels are not connected, a weight is always 0: some kernels read it. */
function clearUnconnected({ exists }: WeightSpec, value: Float32Array): void {
  if (exists) for (let i = 0; i < value.length; i++) if (!exists(i)) value[i] = 0;
}

/** Gives weights of the layers new values. */
export function setVariables(layers: readonly Layer[], values: ReadonlyMap<Variable, ArrayLike<number>>): void {
  for (const { built, variables } of layers) {
    for (const spec of built.weights) {
      const variable = variables.get(spec.name)!;
      const given = values.get(variable);
      if (!given) continue;
      variable.value.set(given);
      clearUnconnected(spec, variable.value);
      variable.version++;
    }
  }
}

/** All weights of the layers, in order. */
export function variablesOf(layers: readonly Layer[]): Variable[] {
  return layers.flatMap((layer) => [...layer.variables.values()]);
}
