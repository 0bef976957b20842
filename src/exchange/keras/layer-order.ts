import type { Layer, SymbolicTensor } from "../../layers/layer.ts";
import type { Graph } from "../../model/graph.ts";

/**
 * The layers in the order that Keras gives them in a functional model, whatever the order in which a file has them: those
 * that are further from the outputs first, and among those as far, in the order of a search from the outputs. The groups
 * of a weight file and the optimizer's variables count in this order (`map_graph` of keras/src/ops/function.py).
 */
export function kerasOrder({ outputs }: Pick<Graph, "outputs">): Layer[] {
  const { nodes, places } = searched(outputs);
  const depths = new Map<SymbolicTensor, number>();
  const layerDepths = new Map<Layer, number>();
  for (const node of nodes.toReversed()) {
    const depth = Math.max(depths.get(node) ?? 0, layerDepths.get(node.layer) ?? 0);
    depths.set(node, depth);
    layerDepths.set(node.layer, depth);
    for (const input of node.inputs) depths.set(input, Math.max(depths.get(input) ?? 0, depth + 1));
  }
  const [depthOf, placeOf] = [(layer: Layer) => layerDepths.get(layer)!, (layer: Layer) => places.get(layer)!];
  return [...layerDepths.keys()].toSorted((a, b) => depthOf(b) - depthOf(a) || placeOf(a) - placeOf(b));
}

/** The calls, each after those it reads, and the places of the layers in the order in which they are met. */
function searched(outputs: readonly SymbolicTensor[]) {
  const nodes: SymbolicTensor[] = [];
  const met = new Set<SymbolicTensor>();
  const places = new Map<Layer, number>();
  for (const output of outputs) {
    // Without recursion: networks may be deeper than the call stack.
    const waiting: { readonly tensor: SymbolicTensor; next: number }[] = [];
    const meet = (tensor: SymbolicTensor) => {
      if (met.has(tensor)) return;
      met.add(tensor);
      if (!places.has(tensor.layer)) places.set(tensor.layer, places.size);
      waiting.push({ tensor, next: 0 });
    };
    meet(output);
    while (waiting.length > 0) {
      const call = waiting.at(-1)!;
      const input = call.tensor.inputs[call.next++];
      if (input) meet(input);
      else nodes.push(waiting.pop()!.tensor);
    }
  }
  return { nodes, places };
}
