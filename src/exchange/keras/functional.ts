import type { Layer, SymbolicTensor } from "../../layers/layer.ts";
import type { Graph } from "../../model/graph.ts";
import { kerasLayer } from "./layer-object.ts";
import { kerasOrder } from "./layer-order.ts";
import type { KerasObject } from "./object.ts";

/** Which output of a layer: its name, the number of the call, and 0, as every layer has one output. */
export type History = readonly [layer: string, call: number, output: 0];

/** A layer of a functional model as Keras 3 saves it, with its calls. */
export interface FunctionalLayer extends KerasObject {
  readonly name: string;
  readonly inbound_nodes: readonly unknown[];
  /** Its weights, which are no part of the config; absent for one that has none and is not ours. */
  readonly layer?: Layer;
}

/** A functional model. Its layers are in Keras's own order. */
export interface Functional {
  readonly layers: readonly FunctionalLayer[];
  readonly inputs: readonly History[];
  readonly outputs: readonly History[];
}

/** Layers in front of a model's only input: they end where the model begins. */
export interface Front {
  readonly layers: readonly FunctionalLayer[];
  readonly input: History;
  readonly output: History;
}

/** The network of a model as Keras has it, with layers in front of its input if there are any. */
export function functionalOf(graph: Graph, front?: Front): Functional {
  const { tensors } = graph;
  const calls = new Map<Layer, SymbolicTensor[]>();
  for (const tensor of tensors) calls.set(tensor.layer, [...(calls.get(tensor.layer) ?? []), tensor]);
  const historyOf = (tensor: SymbolicTensor): History =>
    front && tensor === graph.inputs[0]
      ? front.output
      : [tensor.layer.name, calls.get(tensor.layer)!.indexOf(tensor), 0];
  const own = kerasOrder(graph).filter(({ type }) => !(front && type === "input"));
  const layers = own.map((layer): FunctionalLayer => {
    const nodes = calls.get(layer)!.filter(({ inputs }) => inputs.length > 0);
    const inbound_nodes = nodes.map(({ inputs }) => inboundNode(inputs.map((each) => [each.shape, historyOf(each)])));
    return { ...kerasLayer(layer), name: layer.name, inbound_nodes, layer };
  });
  return {
    layers: [...(front?.layers ?? []), ...layers],
    inputs: front ? [front.input] : graph.inputs.map(historyOf),
    outputs: graph.outputs.map(historyOf),
  };
}

/** A call of a layer: with one tensor, or a list of several. `null` is an axis whose size is not known. */
export function inboundNode(
  inputs: readonly (readonly [shape: readonly (number | null)[], history: History])[],
): Readonly<Record<string, unknown>> {
  const tensors = inputs.map(([shape, keras_history]) => ({
    class_name: "__keras_tensor__",
    config: { shape: [null, ...shape], dtype: "float32", keras_history },
  }));
  return { args: tensors.length === 1 ? tensors : [tensors], kwargs: {} };
}
