/** The tensors of a safetensors file as weights of layers. */
import { InputError, inSingle } from "../core/errors.ts";
import { firstNotFinite } from "../core/finite.ts";
import type { Numbers, Tensor } from "../core/tensor.ts";
import { readSafetensors } from "../formats/safetensors.ts";
import type { Layer } from "../layers/layer.ts";
import { setVariables, variablesOf } from "./graph.ts";

/** Sets the layers' weights from tensors, or from a safetensors file's bytes; none where one does not fit. */
export function takeWeights(
  layers: readonly Layer[],
  from: Uint8Array | ReadonlyMap<string, Tensor>,
  name: string,
): void {
  const tensors = from instanceof Uint8Array ? readSafetensors(from, name).tensors : from;
  checkTensors(layers, tensors, name);
  const variables = variablesOf(layers);
  setVariables(layers, new Map(variables.map((variable) => [variable, tensors.get(variable.path)!.data] as const)));
}

/** @throws InputError unless there is a tensor of the same shape for each weight of the layers */
export function checkTensors(layers: readonly Layer[], tensors: ReadonlyMap<string, Tensor>, name: string): void {
  for (const layer of layers) {
    for (const { name: weight, shape } of layer.built.weights) {
      const path = `${layer.name}/${weight}`;
      const tensor = tensors.get(path);
      if (!tensor)
        throw new InputError(`${name}: expected a tensor "${path}" [${shape.join(", ")}], got none of that name`);
      if (tensor.shape.join() !== shape.join()) {
        throw new InputError(
          `${name}: expected "${path}" of shape [${shape.join(", ")}], got [${tensor.shape.join(", ")}]`,
        );
      }
      checkFinite(name, path, tensor.data);
    }
  }
}

/** @throws InputError for a number that is not finite in the engine's 32 bits */
export function checkFinite(name: string, path: string, data: Numbers): void {
  const at = firstNotFinite(data instanceof Float32Array ? data : Float32Array.from(data));
  if (at >= 0)
    throw new InputError(`${name}: expected finite numbers in "${path}", got ${inSingle(data[at]!)} at index ${at}`);
}

/** The numbers of a tensor as float32, those that are there where they are. */
export function floatsOf(data: Tensor["data"]): Float32Array {
  return data instanceof Float32Array ? data : new Float32Array(data);
}
