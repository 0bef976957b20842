import { sha256 } from "#platform";
import { InputError, inSingle, shown } from "../core/errors.ts";
import { firstNotFinite } from "../core/finite.ts";
import { sizeOf, type Tensor } from "../core/tensor.ts";
import type { Variable } from "../engine/variable.ts";
import type { Layer, SymbolicTensor } from "../layers/layer.ts";
import { type Graph, setVariables, variablesOf } from "./graph.ts";

/** The numbers of a weight, in row-major order. */
export type WeightValue = ArrayLike<number> | Tensor;

/** Weights by `<layer>/<weight>`. */
export type WeightValues = Readonly<Record<string, WeightValue>> | ReadonlyMap<string, WeightValue>;

/** Copies of all weights in Keras's order. */
export function weightList(graph: Graph): Tensor<Float32Array>[] {
  return variablesOf(kerasOrder(graph)).map(({ shape, value }) => ({ shape, data: value.slice() }));
}

/** SHA-256 of all weights in Keras's order, each as little-endian float32: the order of bytes of all that run wasm. */
export async function checksumOf(graph: Graph): Promise<string> {
  const weights = variablesOf(kerasOrder(graph)).map(({ value }) => value);
  const all = new Float32Array(weights.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const values of weights) {
    all.set(values, at);
    at += values.length;
  }
  return sha256(new Uint8Array(all.buffer));
}

/** Sets weights by name, or all in Keras's order; all are checked before any is set. @throws InputError */
export function setWeights(graph: Graph, given: WeightValues | readonly WeightValue[]): void {
  const pairs = Array.isArray(given) ? listed(graph, given) : named(graph, given as WeightValues);
  setVariables(
    graph.layers,
    new Map(pairs.map(([variable, value]) => [variable, numbersOf(variable, value)] as const)),
  );
}

function listed(graph: Graph, given: readonly WeightValue[]): (readonly [Variable, WeightValue])[] {
  const variables = variablesOf(kerasOrder(graph));
  if (given.length !== variables.length) {
    throw new InputError(
      `setWeights: expected ${variables.length} weights in a list, in the order of getWeights(), got ${given.length}`,
    );
  }
  return variables.map((variable, i) => [variable, given[i]!]);
}

function named(graph: Graph, given: WeightValues): (readonly [Variable, WeightValue])[] {
  if (typeof given !== "object" || given === null || ArrayBuffer.isView(given)) {
    throw new InputError(`setWeights: expected weights by name or in a list, got ${shown(given)}`);
  }
  const known = new Map(variablesOf(graph.layers).map((variable) => [variable.path, variable]));
  return [...(given instanceof Map ? given : Object.entries(given))].map(([path, value]: [string, WeightValue]) => {
    const variable = known.get(path);
    if (!variable) throw new InputError(`setWeights: expected one of ${[...known.keys()].join(", ")}, got "${path}"`);
    return [variable, value];
  });
}

/** @throws InputError for another count or shape of numbers, and for a value that is not finite */
function numbersOf({ path, shape }: Variable, given: WeightValue): ArrayLike<number> {
  const what = `setWeights "${path}"`;
  const isTensor = typeof given === "object" && given !== null && "data" in given;
  const values: ArrayLike<number> = isTensor ? given.data : given;
  if (typeof values !== "object" || values === null || typeof values.length !== "number") {
    throw new InputError(`${what}: expected numbers in an array or a tensor, got ${shown(given)}`);
  }
  if (values.length !== sizeOf(shape)) {
    throw new InputError(`${what}: expected ${sizeOf(shape)} numbers, got ${values.length}`);
  }
  if (isTensor && `${given.shape}` !== `${shape}`) {
    throw new InputError(`${what}: expected shape [${shape.join(", ")}], got [${given.shape.join(", ")}]`);
  }
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i]) && Number.isFinite(Math.fround(values[i]!))) continue;
    throw new InputError(`${what}: expected finite numbers in a flat array, got ${inSingle(values[i]!)} at index ${i}`);
  }
  return values;
}

/** @throws InputError for a weight that is not finite, as a caller may have written into the arrays of `weights` */
export function checkWeights(what: string, layers: readonly Layer[]): void {
  for (const { path, value } of variablesOf(layers)) {
    const at = firstNotFinite(value);
    if (at >= 0) {
      throw new InputError(
        `${what}: expected finite weights, got ${value[at]} at index ${at} of "${path}": set the model's weights first`,
      );
    }
  }
}

/**
 * The layers in the order of Keras's `model.weights`: those farthest from the outputs first; of the same distance, as a
 * walk from the outputs finds them (keras/src/ops/function.py, map_graph).
 */
function kerasOrder({ outputs, tensors }: Graph): Layer[] {
  const found = new Set<Layer>();
  const seen = new Set<SymbolicTensor>();
  // Depth first without recursion: networks may be deeper than the call stack.
  const waiting = outputs.toReversed();
  for (let tensor = waiting.pop(); tensor; tensor = waiting.pop()) {
    if (seen.has(tensor)) continue;
    seen.add(tensor);
    found.add(tensor.layer);
    waiting.push(...tensor.inputs.toReversed());
  }
  const distances = new Map<SymbolicTensor, number>();
  const ofLayers = new Map<Layer, number>();
  for (const tensor of tensors.toReversed()) {
    const distance = Math.max(distances.get(tensor) ?? 0, ofLayers.get(tensor.layer) ?? 0);
    ofLayers.set(tensor.layer, distance);
    for (const input of tensor.inputs) distances.set(input, Math.max(distances.get(input) ?? 0, distance + 1));
  }
  return [...found].sort((a, b) => ofLayers.get(b)! - ofLayers.get(a)!);
}
