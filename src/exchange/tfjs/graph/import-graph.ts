import { InputError, shown } from "../../../core/errors.ts";
import { naturalOrder } from "../../../core/natural-order.ts";
import type { Shape } from "../../../core/tensor.ts";
import type { ManifestWeight } from "../../../formats/tfjs/weights-manifest.ts";
import type { EngineOptions } from "../../../model/engine-options.ts";
import type { Model } from "../../../model/model.ts";
import type { OneOrMore } from "../../../model/model-options.ts";
import { assemble } from "../../assemble.ts";
import { isObject, property } from "../../keras/import/json.ts";
import { Graph } from "./graph.ts";
import { type GraphNode, nodesOf } from "./node.ts";
import { computed } from "./operators.ts";

interface Given {
  readonly file: string;
  readonly json: unknown;
  readonly weights: readonly ManifestWeight[];
  readonly inputShape: Shape | undefined;
  readonly engine: EngineOptions;
}

/**
 * A model from TensorFlow's graph, as the converter writes a SavedModel: its operators become layers.
 * @throws InputError for an operator that is not supported, by its name and node
 */
export function graphModel({ file, json, weights, inputShape, engine }: Given): Model<OneOrMore, OneOrMore> {
  const nodes = nodesOf(file, property(json, "modelTopology"));
  const names = outputsOf(file, json, nodes);
  const graph = new Graph(nodes, weights, inputShape, names);
  const outputs = names.map((name) => {
    const value = graph.value(name, (node) => computed(graph, node));
    if (value.kind === "tensor") return value.tensor;
    throw new InputError(`${file}: its output "${name.slice(0, 100)}" does not follow from its input`);
  });
  if (outputs.length === 0) throw new InputError(`${file}: its graph has no output`);
  return assemble(file, { inputs: graph.inputs, outputs, name: "model", weights: graph.weights }, engine);
}

/** The nodes that the signature names, else those that no other reads. */
function outputsOf(file: string, json: unknown, nodes: ReadonlyMap<string, GraphNode>): string[] {
  const signature = property(json, "signature") ?? property(property(json, "userDefinedMetadata"), "signature");
  const named = property(signature, "outputs");
  if (isObject(named)) {
    // Keras names them output_0, output_1, ...; the file has them in any order.
    const sorted = Object.entries(named).toSorted(([a], [b]) => naturalOrder(a, b));
    return sorted.map(([output, tensor]) => {
      const name = property(tensor, "name") ?? output;
      const node = typeof name === "string" ? name.replace(/:0$/, "") : "";
      if (nodes.has(node)) return node;
      throw new InputError(`${file}: its signature names the output ${shown(name)}, which is no node`);
    });
  }
  const read = new Set([...nodes.values()].flatMap(({ inputs }) => inputs));
  const ends = [...nodes.values()].filter(({ name, op }) => !read.has(name) && op !== "Const" && op !== "NoOp");
  return ends.map(({ name }) => name);
}
