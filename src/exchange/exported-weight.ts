import { InputError } from "../core/errors.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Layer } from "../layers/layer.ts";

/**
 * A weight of a layer, for a file; undefined where the layer does not have it.
 * @param caller the function of `lenet5/exchange`, for the message
 * @throws InputError for a number that is not finite
 */
export function exportedWeight(caller: string, layer: Layer, name: string): Tensor<Float32Array> | undefined {
  const variable = layer.variables.get(name);
  if (!variable) return undefined;
  const { path, shape, value } = variable;
  const wrong = value.find((each) => !Number.isFinite(each));
  if (wrong === undefined) return { shape, data: value };
  throw new InputError(`${caller}: expected finite weights, got ${wrong} in "${path}"`);
}
