/**
 * A model as a layers model of TensorFlow.js: model.json with the topology, in the form of Keras 2, and a file of weights.
 */
import { InputError } from "../../core/errors.ts";
import { sizeOf } from "../../core/tensor.ts";
import { version } from "../../core/version.ts";
import type { Layer, SymbolicTensor } from "../../layers/layer.ts";
import { graphOf, listOf } from "../../model/graph.ts";
import type { Model } from "../../model/model.ts";
import type { OneOrMore } from "../../model/model-options.ts";
import type { Exported } from "../exported.ts";
import { factsOf } from "../facts.ts";
import { preparationNote } from "../preparation-note.ts";
import { type TfjsLayer, type TfjsWeight, translated } from "./layer-rules.ts";

const SHARD = "group1-shard1of1.bin";

type History = readonly [layer: string, call: number, output: 0];

interface PlacedLayer extends TfjsLayer {
  readonly name: string;
  readonly calls: History[][];
}

/** See `exportTfjs` of `lenet5/exchange`. */
export async function exportTfjs(model: Model<OneOrMore, OneOrMore>): Promise<Exported> {
  const graph = graphOf(listOf(model.inputs), listOf(model.outputs));
  const notes: string[] = [];
  const taken = new Set(graph.layers.map(({ name }) => name));
  const placed = new Map<Layer, readonly PlacedLayer[]>();
  for (const layer of graph.layers) {
    const translation = translated(layer);
    if (typeof translation === "string")
      throw new InputError(
        `exportTfjs: layer "${layer.name}": TensorFlow.js does not have ${translation}: export the model as ONNX, or as a .keras file`,
      );
    if (translation.note) notes.push(translation.note);
    const names = translation.layers.map((_, i) => (i === 0 ? layer.name : free(`${layer.name}_${i}`, taken)));
    placed.set(
      layer,
      translation.layers.map((each, i) => ({ ...each, name: names[i]!, calls: [] })),
    );
  }
  const histories = new Map<SymbolicTensor, History>();
  for (const tensor of graph.tensors) {
    const chain = placed.get(tensor.layer)!;
    let from = tensor.inputs.map((input) => histories.get(input)!);
    let at: History | undefined = from[0];
    for (const layer of chain) {
      at = [layer.name, layer.calls.length, 0];
      layer.calls.push(from);
      from = [at];
    }
    histories.set(tensor, at!);
  }
  const layers = [...placed.values()].flat();
  const weights = layers.flatMap(({ name, weights }) =>
    weights.map((each) => ({ ...each, name: `${name}/${each.name}` })),
  );
  if (model.training) notes.push("A TensorFlow.js model has no loss and no optimizer: call compile there to train on.");
  const preparation = model.reading?.preparation;
  if (preparation) notes.push(preparationNote(preparation, false));
  const description = {
    format: "layers-model",
    generatedBy: `lenet5 ${version}`,
    convertedBy: null,
    modelTopology: {
      class_name: "Model",
      config: {
        name: model.name,
        layers: layers.map(saved),
        input_layers: graph.inputs.map((input) => histories.get(input)),
        output_layers: graph.outputs.map((output) => histories.get(output)),
      },
      keras_version: "2.4.0",
      backend: "tensorflow",
    },
    weightsManifest: [
      { paths: [SHARD], weights: weights.map(({ name, shape }) => ({ name, shape, dtype: "float32" })) },
    ],
    userDefinedMetadata: await factsOf("exportTfjs", model),
  };
  return {
    bytes: new TextEncoder().encode(JSON.stringify(description)),
    beside: { [SHARD]: shardOf(weights) },
    notes,
  };
}

function free(name: string, taken: Set<string>): string {
  let unique = name;
  while (taken.has(unique)) unique += "_";
  taken.add(unique);
  return unique;
}

function saved({ className, config, name, calls }: PlacedLayer): Readonly<Record<string, unknown>> {
  const inbound_nodes = calls.filter((from) => from.length > 0).map((from) => from.map((each) => [...each, {}]));
  return { name, class_name: className, config: { name, ...config }, inbound_nodes };
}

function shardOf(weights: readonly TfjsWeight[]): Uint8Array {
  const count = weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const all = new Float32Array(count);
  let at = 0;
  for (const { data } of weights) {
    all.set(data, at);
    at += data.length;
  }
  return new Uint8Array(all.buffer);
}
