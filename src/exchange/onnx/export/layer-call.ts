import { InputError } from "../../../core/errors.ts";
import type { Shape, Tensor } from "../../../core/tensor.ts";
import type { Layer, SymbolicTensor } from "../../../layers/layer.ts";
import { exportedWeight } from "../../exported-weight.ts";
import type { GraphWriter, Value } from "./graph-writer.ts";

/** One call of a layer, as a rule gets it. */
export interface LayerCall {
  /** The layer's name; nodes are named `<name>/<operator>`. */
  readonly name: string;
  readonly graph: GraphWriter;
  readonly inputs: readonly Value[];
  /** The first input, of a layer that has one. */
  readonly x: Value;
  /** Of the output, channels last. */
  readonly shape: Shape;
  /** Whether all layers that read the output rearrange their weights where a vector has another order. */
  isRearranged(): boolean;
  /** The layer's options, complete. */
  config<Config>(): Config;
  /**
   * The constant of a weight, in one copy for all calls of the layer; undefined where the layer does not have it.
   * @param arrange how the graph needs it; calls that need it otherwise have another `order`
   */
  constant(name: string, arrange?: Arrange, order?: string): string | undefined;
}

type Arrange = (weight: Tensor<Float32Array>) => Tensor<Float32Array>;

/**
 * The operators of one type of layer.
 * @returns the tensor of the output, or an input, where the layer passes it on
 */
export type OnnxRule = (call: LayerCall) => string | Value;

/** The constants of all weights that the graph has so far, by layer. */
export type WeightConstants = WeakMap<Layer, Map<string, string>>;

export function layerCall(
  graph: GraphWriter,
  constants: WeightConstants,
  tensor: SymbolicTensor,
  inputs: readonly Value[],
  isRearranged: () => boolean,
): LayerCall {
  const { layer, shape } = tensor;
  const known = constants.get(layer) ?? new Map<string, string>();
  constants.set(layer, known);
  return {
    name: layer.name,
    graph,
    inputs,
    get x() {
      if (inputs.length !== 1) throw new InputError(`exportOnnx: layer "${layer.name}" has ${inputs.length} inputs`);
      return inputs[0]!;
    },
    shape,
    isRearranged,
    config: <Config>() => layer.config as Config,
    constant(name, arrange = (same) => same, order = "") {
      const values = exportedWeight("exportOnnx", layer, name);
      if (!values) return undefined;
      const key = `${name} ${order}`;
      const constant = known.get(key) ?? graph.floats(`${layer.name}/${name}`, arrange(values));
      known.set(key, constant);
      return constant;
    },
  };
}
