import { InputError, listed } from "../../../core/errors.ts";
import { checkedOptions, type OptionsOf } from "../../../core/options.ts";
import { type OnnxModel, readOnnx } from "../../../formats/onnx/decode.ts";
import type { TensorProto } from "../../../formats/onnx/schema.ts";
import { externalDataOf } from "../../../formats/onnx/tensor.ts";
import type { SymbolicTensor } from "../../../layers/layer.ts";
import { engineOptions } from "../../../model/engine-options.ts";
import { assemble } from "../../assemble.ts";
import { TEST_VECTOR, takeFacts } from "../../facts.ts";
import { type GivenFile, type ModelFile, opened } from "../../given-file.ts";
import { onnxOptions } from "../../import-options.ts";
import { type Imported, UNKNOWN_SCALE } from "../../imported.ts";
import { type NeededGraph, neededGraph, quoted } from "./graph.ts";
import { inputOf } from "./inputs.ts";
import { arranged } from "./layout.ts";
import { Network } from "./network.ts";
import { chosenOutputs } from "./outputs.ts";
import { patternsOf } from "./patterns.ts";
import { compareTestData } from "./test-data.ts";
import { type Activation, ofImage } from "./value.ts";
import { walked } from "./walk.ts";

const importOnnxOptions = { ...onnxOptions, ...engineOptions };

/** Options of {@link importOnnx}. */
export interface ImportOnnxOptions extends OptionsOf<typeof importOnnxOptions> {}

/** Newer versions may change what an operator computes. */
const NEWEST = { opset: 26, ir: 14 };

/** Files of external data. */
const MAX_FILES = 64;

/** See `importOnnx` of `exchange.ts`. */
export async function importOnnx(given: ModelFile, options: ImportOnnxOptions): Promise<Imported> {
  const { output: asked, inputShape, ...engine } = checkedOptions("importOnnx", importOnnxOptions, options);
  const file = await opened("importOnnx", given);
  const { name } = file;
  const refuse = (problem: string): never => {
    throw new InputError(`${name}: ${problem}`);
  };
  const onnx = readOnnx(file.bytes, name);
  const opset = opsetOf(onnx, refuse);
  const facts = new Map(onnx.metadataProps.map(({ key, value }) => [key, value]));
  const network = new Network(refuse);
  network.allow(file.bytes.length);
  const isOwn = onnx.producerName === "lenet5" && facts.has("lenet5.outputs");
  const outputs = chosenOutputs(name, onnx.graph, { asked, takesAll: isOwn }, network.notes);
  const patterns = patternsOf(onnx.graph);
  const graph = neededGraph(name, onnx.graph, outputs, patterns);
  const infos = onnx.graph.input.filter((info) => graph.inputs.includes(info.name));
  if (infos.length === 0) refuse("expected a graph that computes its output from an input, got none");
  if (inputShape && infos.length > 1)
    refuse(`inputShape: expected a file with one input, got ${listed(graph.inputs, "and")}`);
  const inputs = infos.map((info) => inputOf(name, info, graph, inputShape, network));
  const external = await externalFiles(file, graph);
  for (const { length } of external.values()) network.allow(length);
  const setting = {
    file: name,
    opset,
    network,
    batch: inputs[0]!.batch,
    external,
    uses: graph.uses,
  };
  const values = new Map(infos.map((info, i) => [info.name, inputs[i]!.value]));
  const isChannelsFirst = !inputs.some((input) => input.value.axes.length === 4 && input.isChannelsLast);
  const answers = walked(graph, values, outputs, patterns, setting).map((value, i) => {
    if (value.kind === "constant") return refuse(`output ${quoted(outputs[i]!)} does not depend on the input`);
    return outputTensor(value, isChannelsFirst, network, refuse);
  });
  const parts = { inputs: inputs.map(({ value }) => value.tensor), outputs: answers, weights: network.weights };
  const model = assemble(name, { ...parts, name: isOwn && onnx.graph.name ? onnx.graph.name : "model" }, engine);
  if (asked !== undefined) facts.delete(TEST_VECTOR); // it is that of all outputs
  await takeFacts(name, model, facts);
  await compareTestData(file, model, onnx.graph, { inputs, outputs, isChannelsFirst });
  if (!model.reading?.preparation) network.notes.add(UNKNOWN_SCALE);
  return { model, source: sourceOf(onnx, opset), notes: [...network.notes] };
}

/** The output with its axes in the order of ONNX, images channels last. */
function outputTensor(
  x: Activation,
  isChannelsFirst: boolean,
  network: Network,
  refuse: (problem: string) => never,
): SymbolicTensor {
  const axes = x.axes.map(ofImage);
  if (axes.length === 4 && isChannelsFirst) axes.push(...axes.splice(1, 1));
  const wanted = axes.flat();
  const isInOrder = wanted.every((factor, i) => factor === x.order[i]);
  if (isInOrder && (axes.length === 3 || axes.length > 4)) return x.tensor;
  return arranged(x, axes.length === 4 ? axes.slice(1) : [wanted], network, refuse);
}

function opsetOf({ opsetImport, irVersion }: OnnxModel, refuse: (problem: string) => never): number {
  if (irVersion > NEWEST.ir) refuse(`expected an ONNX file of IR version up to ${NEWEST.ir}, got ${irVersion}`);
  const standard = opsetImport.find(({ domain }) => domain === "" || domain === "ai.onnx");
  const opset = Number(standard?.version ?? 1n);
  if (opset >= 1 && opset <= NEWEST.opset) return opset;
  return refuse(
    `expected operators of version (opset) 1 to ${NEWEST.opset}, got ${opset}: export it with an older one`,
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
  for (const location of locations) {
    try {
      found.set(location, await file.beside(location));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new InputError(`${file.name}: it keeps weights in another file: ${error.message}`, { cause: error });
    }
  }
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
