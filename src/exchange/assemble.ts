import { InputError } from "../core/errors.ts";
import { sizeOf, type Tensor } from "../core/tensor.ts";
import type { Layer, SymbolicTensor } from "../layers/layer.ts";
import type { EngineOptions } from "../model/engine-options.ts";
import { giveValues, graphOf } from "../model/graph.ts";
import { Model } from "../model/model.ts";
import type { OneOrMore } from "../model/model-options.ts";

/** The values of a layer's weights by their names: `{ kernel, bias }`, in the layer's shapes. */
export type LayerWeights = Readonly<Record<string, Tensor<Float32Array>>>;

interface Parts {
  readonly inputs: readonly SymbolicTensor[];
  readonly outputs: readonly SymbolicTensor[];
  readonly name: string;
  /** The weights of every layer that has any. */
  readonly weights: ReadonlyMap<Layer, LayerWeights>;
}

/**
 * A model with the weights of a file. All weights are compared with what the layers need before memory is taken for
 * them: a file of some bytes cannot ask for gigabytes.
 *
 * @param file its name in errors
 * @throws InputError for a weight that is missing, has another shape, or is not finite
 */
export function assemble(
  file: string,
  { inputs, outputs, name, weights }: Parts,
  engine: EngineOptions = {},
): Model<OneOrMore, OneOrMore> {
  const { layers } = graphOf(inputs, outputs);
  for (const layer of layers) {
    const given = weights.get(layer) ?? {};
    for (const { name: weight, shape } of layer.built.weights) {
      const what = `${file}: layer "${layer.name}"`;
      const tensor = given[weight];
      const wanted = `[${shape.join(", ")}]`;
      if (!tensor) throw new InputError(`${what}: expected a weight "${weight}" ${wanted}, got none`);
      if (tensor.shape.join() !== shape.join() || tensor.data.length !== sizeOf(shape))
        throw new InputError(`${what}: expected "${weight}" of shape ${wanted}, got [${tensor.shape.join(", ")}]`);
      const wrong = tensor.data.find((value) => !Number.isFinite(value));
      if (wrong !== undefined) throw new InputError(`${what}: expected finite numbers in "${weight}", got ${wrong}`);
    }
  }
  // The model draws no weights where layers have theirs. Two layers may have the same tensor.
  const tensors = new Map<string, Tensor<Float32Array>>();
  for (const layer of layers)
    for (const { name } of layer.built.weights) tensors.set(`${layer.name}/${name}`, weights.get(layer)![name]!);
  giveValues(layers, (path) => tensors.get(path)!.data.slice());
  const one = (list: readonly SymbolicTensor[]): OneOrMore => (list.length === 1 ? list[0]! : list);
  return new Model<OneOrMore, OneOrMore>({ ...engine, name, inputs: one(inputs), outputs: one(outputs) });
}
