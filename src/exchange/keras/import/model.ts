import { InputError, listed, shown } from "../../../core/errors.ts";
import type { Shape } from "../../../core/tensor.ts";
import type { Layer, SymbolicTensor } from "../../../layers/layer.ts";
import { probabilitiesOf } from "../../../layers/probabilities.ts";
import type { EngineOptions } from "../../../model/engine-options.ts";
import { listOf } from "../../../model/graph.ts";
import type { Model } from "../../../model/model.ts";
import type { OneOrMore } from "../../../model/model-options.ts";
import { assemble } from "../../assemble.ts";
import { type Imported, UNKNOWN_SCALE } from "../../imported.ts";
import { ageOf, type Backend, type Written } from "./age.ts";
import { type Network, networkOf } from "./build.ts";
import type { NeededLayer } from "./needs.ts";
import type { Making } from "./place.ts";
import { type Topology, topologyOf } from "./topology.ts";
import { plain, type View } from "./view.ts";
import { type FoundWeights, takenWeights } from "./weights.ts";

/** What a description of a network is read with. */
export interface Reading {
  /** The file's name in errors. */
  readonly file: string;
  /** The name of the file with the weights in errors, where it is another. */
  readonly weightsFile?: string;
  readonly written: Written;
  readonly backend?: Backend | undefined;
  /** The input's shape, [rows, columns, channels] or [features], where the file leaves it open. */
  readonly inputShape?: Shape | undefined;
  /** Of several outputs, the layer whose output is kept. */
  readonly output?: string | undefined;
  readonly engine?: EngineOptions;
  /** Finds the weights of the layers, which are in the order of the file. */
  readonly weights: (needed: readonly NeededLayer[], notes: Set<string>) => FoundWeights;
}

/** A model of ours with what was said about it. */
export interface ReadModel {
  readonly model: Model<OneOrMore, OneOrMore>;
  readonly notes: Set<string>;
  /** The layers of the file with their weights, in the order of the file. */
  readonly needed: readonly NeededLayer[];
  readonly found: FoundWeights;
}

/**
 * The model that a description of Keras and weights make: `{ class_name, config }` of any Keras.
 * @throws InputError for a layer that is not supported, by its name and class, and for weights that do not fit
 */
export function modelOf(description: unknown, reading: Reading): ReadModel {
  const { file, weightsFile = file, written, backend, inputShape, output, engine, weights } = reading;
  const topology = topologyOf(file, description);
  const notes = new Set<string>();
  const age = ageOf(file, topology, written, backend, notes);
  const fixed: Making["fixed"] = new Map();
  const making: Making = { file, age, notes, needed: [], fixed, taken: new Set(), layers: 0, calls: 0 };
  const network = networkOf(making, topology, inputShape);
  const needed = making.needed.toSorted((a, b) => a.index - b.index);
  const found = weights(needed, notes);
  const outputs = keptOutputs(file, topology, network, output, notes).map(
    (view): SymbolicTensor => (view.order === "channelsFirst" ? view.tensor : plain(view)),
  );
  const name = topology.name.replaceAll("/", "_");
  const inputs = output === undefined ? network.inputs : neededInputs(network.inputs, outputs);
  const parts = { inputs, outputs, name, weights: takenWeights(weightsFile, found, fixed) };
  const model = assemble(weightsFile, parts, engine);
  return { model, notes, needed, found };
}

/** The outputs of a network, or the one that is asked for. @throws InputError for a name of none */
function keptOutputs(
  file: string,
  { outputs }: Topology,
  network: Network,
  asked: string | undefined,
  notes: Set<string>,
): readonly View[] {
  if (asked === undefined) return network.outputs;
  const names = outputs.map(({ layer }) => layer);
  const at = names.indexOf(asked);
  if (names.length === 0)
    throw new InputError(
      `${file}: the option output: expected with several outputs, got a sequential model, which has one`,
    );
  if (at < 0) throw new InputError(`${file}: the option output: expected ${listed(names)}, got ${shown(asked)}`);
  const left = names.filter((name) => name !== asked);
  if (left.length > 0) notes.add(`The model answers "${asked}"; left out: ${listed(left, "and")}.`);
  return [network.outputs[at]!];
}

/** The inputs from which outputs are computed. */
function neededInputs(inputs: readonly SymbolicTensor[], outputs: readonly SymbolicTensor[]): SymbolicTensor[] {
  const needed = new Set(outputs);
  // A set goes through what is added on the way.
  for (const tensor of needed) for (const each of tensor.inputs) needed.add(each);
  return inputs.filter((input) => needed.has(input));
}

/** A model with all that has to be said about it. */
export function imported(source: string, { model, notes }: Pick<ReadModel, "model" | "notes">): Imported {
  for (const output of listOf(model.outputs)) {
    if (probabilitiesOf(output) !== undefined || model.outputsDistances) continue;
    notes.add(`"${output.layer.name}" ends in no softmax or sigmoid: its outputs are scores, not probabilities.`);
  }
  const isKnown = model.reading?.preparation || listOf(model.inputs).every((input) => isScaled(input, model.layers));
  if (!isKnown) notes.add(UNKNOWN_SCALE);
  return { model, source, notes: [...notes] };
}

/** Layers that leave the numbers of an image as they are. */
const passing = new Set([
  "randomRotation",
  "randomTranslation",
  "randomZoom",
  "dropout",
  "reshape",
  "permute",
  "flatten",
]);

/** Whether the network scales its input itself. */
function isScaled(input: SymbolicTensor, layers: readonly Layer[]): boolean {
  const first = layers.find(({ type, output }) => type !== "input" && output.inputs.includes(input));
  if (!first) return false;
  if (passing.has(first.type)) return isScaled(first.output, layers);
  return first.type === "rescaling" || first.type === "batchNormalization";
}
