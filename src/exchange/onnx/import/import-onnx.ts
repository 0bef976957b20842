import { InputError, listed } from "../../../core/errors.ts";
import { checkedOptions, type OptionsOf } from "../../../core/options.ts";
import { type OnnxModel, readOnnx } from "../../../formats/onnx/decode.ts";
import type { TensorProto } from "../../../formats/onnx/schema.ts";
import { externalDataOf } from "../../../formats/onnx/tensor.ts";
import type { SymbolicTensor } from "../../../layers/layer.ts";
import { engineOptions } from "../../../model/engine-options.ts";
import { assemble } from "../../assemble.ts";
import { type GivenFile, type ModelFile, opened } from "../../given-file.ts";
import { onnxOptions } from "../../import-options.ts";
import { type Imported, UNKNOWN_SCALE } from "../../imported.ts";
import { type NeededGraph, neededGraph, quoted } from "./graph.ts";
import { inputOf } from "./inputs.ts";
import { arranged } from "./layout.ts";
import { Network } from "./network.ts";
import { chosenOutput } from "./outputs.ts";
import { type Activation, ofImage } from "./value.ts";
import { walked } from "./walk.ts";

const importOnnxOptions = { ...onnxOptions, ...engineOptions };

/** Options of {@link importOnnx}. */
export interface ImportOnnxOptions extends OptionsOf<typeof importOnnxOptions> {}

/** Newer versions may change what an operator computes. */
const NEWEST = { opset: 26, ir: 14 };

/** Files of external data. */
const MAX_FILES = 64;

export async function importOnnx(given: ModelFile, options: ImportOnnxOptions = {}): Promise<Imported> {
  const { output: asked, inputShape, ...engine } = checkedOptions("importOnnx", importOnnxOptions, options);
  const file = await opened("importOnnx", given);
  const { name } = file;
  const model = readOnnx(file.bytes, name);
  const opset = opsetOf(model, name);
  const refuse = (problem: string): never => {
    throw new InputError(`${name}: ${problem}`);
  };
  const network = new Network(refuse);
  const output = chosenOutput(name, model.graph, asked, network.notes);
  const graph = neededGraph(name, model.graph, [output]);
  const external = await externalFiles(file, graph);
  if (graph.inputs.length === 0) refuse("expected a graph that computes its output from an input, got none");
  if (inputShape && graph.inputs.length > 1)
    refuse(`inputShape: expected one input, got ${listed(graph.inputs, "and")}`);
  const inputs = model.graph.input
    .filter((info) => graph.inputs.includes(info.name))
    .map((info) => [info.name, inputOf(name, info, graph, inputShape)] as const);
  const batch = inputs[0]![1].batch;
  const setting = { file: name, opset, network, batch, external, uses: graph.uses };
  const values = new Map(inputs.map(([each, { value }]) => [each, value]));
  const answer = walked(graph, values, output, setting);
  if (answer.kind === "constant") return refuse(`output ${quoted(output)} does not depend on the input`);
  const isChannelsLast = inputs.some(([, given]) => given.isChannelsLast && given.value.tensor.shape.length === 3);
  const made = assemble(
    name,
    {
      inputs: inputs.map(([, { value }]) => value.tensor),
      outputs: [outputTensor(answer, isChannelsLast, network, refuse)],
      name: "model",
      weights: network.weights,
    },
    engine,
  );
  network.notes.add(UNKNOWN_SCALE);
  return { model: made, source: sourceOf(model, opset), notes: [...network.notes] };
}

/** The output with its axes in the order of ONNX, images channels last. */
function outputTensor(
  x: Activation,
  isChannelsLast: boolean,
  network: Network,
  refuse: (problem: string) => never,
): SymbolicTensor {
  const axes = x.axes.map(ofImage);
  if (axes.length === 4 && !isChannelsLast) axes.push(...axes.splice(1, 1));
  const wanted = axes.flat();
  const isInOrder = wanted.every((factor, i) => factor === x.order[i]);
  if (isInOrder) return x.tensor;
  return arranged(x, axes.length === 4 ? axes.slice(1) : [wanted], network, refuse);
}

function opsetOf({ opsetImport, irVersion }: OnnxModel, name: string): number {
  if (irVersion > NEWEST.ir)
    throw new InputError(`${name}: expected an ONNX file of IR version up to ${NEWEST.ir}, got ${irVersion}`);
  const standard = opsetImport.find(({ domain }) => domain === "" || domain === "ai.onnx");
  const opset = Number(standard?.version ?? 1n);
  if (opset >= 1 && opset <= NEWEST.opset) return opset;
  throw new InputError(
    `${name}: expected operators of version (opset) 1 to ${NEWEST.opset}, got ${opset}: export it with an older one`,
  );
}

/** The files of the weights that the file keeps outside. */
async function externalFiles(
  file: GivenFile,
  { initializers, nodes }: NeededGraph,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const tensors: TensorProto[] = [...initializers.values()];
  for (const { attribute } of nodes) for (const { t } of attribute) if (t) tensors.push(t);
  const locations = new Set<string>();
  for (const tensor of tensors) {
    const place = externalDataOf(tensor, (problem) => {
      throw new InputError(`${file.name}: tensor ${quoted(tensor.name)}: ${problem}`);
    });
    if (place) locations.add(place.location);
  }
  if (locations.size > MAX_FILES)
    throw new InputError(`${file.name}: expected at most ${MAX_FILES} files of external data, got ${locations.size}`);
  const found = new Map<string, Uint8Array>();
  for (const location of locations) found.set(location, await file.beside(location));
  return found;
}

/** `ONNX (pytorch 2.9, opset 18)`. */
function sourceOf({ producerName, producerVersion }: OnnxModel, opset: number): string {
  const clean = (text: string) =>
    text
      .replaceAll(/[^\x20-\x7e]/g, "")
      .slice(0, 40)
      .trim();
  const producer = [clean(producerName), clean(producerVersion)].filter((part) => part !== "").join(" ");
  return `ONNX (${producer === "" ? "" : `${producer}, `}opset ${opset})`;
}
