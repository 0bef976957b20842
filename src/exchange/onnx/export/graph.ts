import { InputError } from "../../../core/errors.ts";
import type { OnnxFile, OnnxPort } from "../../../formats/onnx/encode.ts";
import type { SymbolicTensor } from "../../../layers/layer.ts";
import { isLayerType } from "../../../layers/registry.ts";
import type { Graph } from "../../../model/graph.ts";
import { channelsFirst, GraphWriter, type Value } from "./graph-writer.ts";
import { layerCall, type WeightConstants } from "./layer-call.ts";
import { doesNothing, layerRules } from "./rules.ts";

/** The order of the axes of images. */
export type Layout = "nchw" | "nhwc";

/** How the file's inputs and outputs look. */
export interface Ports {
  readonly layout: Layout;
  /** The numbers that the inputs take. */
  readonly takes: "float" | "uint8";
  /** A text about each input and output, by name. */
  readonly texts: ReadonlyMap<string, string>;
}

/** The name of the size of a batch. */
const BATCH = "N";

/** The graph of an ONNX file from that of a model. @throws InputError for a custom layer, and weights not finite */
export function onnxGraph(
  model: Graph,
  { layout, takes, texts }: Ports,
): Pick<OnnxFile, "inputs" | "outputs" | "nodes" | "constants"> {
  const graph = new GraphWriter();
  const values = new Map<SymbolicTensor, Value>();
  const constants: WeightConstants = new WeakMap();
  const readers = readersOf(model);
  const isMoved = (shape: SymbolicTensor["shape"]) => (shape.length === 3 ? layout === "nhwc" : shape.length === 2);
  const port = (name: string, { shape }: SymbolicTensor, type: OnnxPort["type"]): OnnxPort => ({
    name,
    type,
    shape: [BATCH, ...(shape.length === 3 && layout === "nchw" ? channelsFirst(shape) : shape)],
    text: texts.get(name) ?? "",
  });
  // The names of the file's ends come first: no tensor inside takes one.
  const inputNames = model.inputNames.map((name) => graph.unique(name));
  const outputNames = model.outputNames.map((name) => graph.unique(name));

  model.inputs.forEach((input, i) => {
    const { layer, shape } = input;
    const name = inputNames[i]!;
    const cast = takes === "float" ? name : graph.node(layer.name, "Cast", [name], { to: { int: 1 } });
    const tensor = isMoved(shape) ? graph.fromChannelsLast(layer.name, cast, shape) : cast;
    values.set(input, { tensor, shape });
  });

  for (const tensor of model.tensors) {
    const { layer, shape } = tensor;
    if (layer.type === "input") continue;
    if (!isLayerType(layer.type)) {
      throw new InputError(
        `exportOnnx: layer "${layer.name}" is of the custom type "${layer.type}", for which ONNX has no operator: build it of the library's layers`,
      );
    }
    const since = graph.nodes.length;
    const inputs = tensor.inputs.map((each) => values.get(each)!);
    const call = layerCall(graph, constants, tensor, inputs, () => areRearranged(tensor, readers));
    const made = layerRules[layer.type](call);
    if (typeof made !== "string" && inputs.includes(made)) {
      values.set(tensor, made);
      continue;
    }
    const value = typeof made === "string" ? { tensor: made, shape } : made;
    const output = model.outputs.indexOf(tensor);
    const name = output >= 0 && !isMoved(shape) ? outputNames[output]! : graph.unique(layer.name);
    graph.rename(value.tensor, name, since);
    values.set(tensor, { ...value, tensor: name });
  }

  model.outputs.forEach((output, i) => {
    const { layer, shape } = output;
    const value = values.get(output)!;
    const name = outputNames[i]!;
    if (value.tensor === name) return;
    const since = graph.nodes.length;
    const made = isMoved(shape)
      ? graph.channelsLast(layer.name, value)
      : graph.node(layer.name, "Identity", [value.tensor]);
    graph.rename(made, name, since);
  });

  return {
    inputs: model.inputs.map((input, i) => port(inputNames[i]!, input, takes)),
    outputs: model.outputs.map((output, i) => port(outputNames[i]!, output, "float")),
    nodes: graph.nodes,
    constants: graph.constants,
  };
}

/** What reads a tensor: other tensors, or the model's user. */
type Readers = ReadonlyMap<SymbolicTensor, readonly (SymbolicTensor | "user")[]>;

function readersOf({ tensors, outputs }: Graph): Readers {
  const readers = new Map<SymbolicTensor, (SymbolicTensor | "user")[]>(tensors.map((tensor) => [tensor, []]));
  for (const tensor of tensors) for (const input of tensor.inputs) readers.get(input)!.push(tensor);
  for (const output of outputs) readers.get(output)!.push("user");
  return readers;
}

/** Whether all that read a vector are layers that rearrange their weights where its numbers have another order. */
function areRearranged(tensor: SymbolicTensor, readers: Readers): boolean {
  const waiting = [tensor];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    for (const reader of readers.get(next)!) {
      if (reader === "user") return false;
      const { type } = reader.layer;
      if (type === "dense" || type === "rbf") continue;
      if (!isLayerType(type) || !(doesNothing(type) || type === "flatten")) return false;
      waiting.push(reader);
    }
  }
  return true;
}
