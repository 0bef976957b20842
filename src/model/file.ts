/**
 * The model file: a safetensors file with the weights as `<layer>/<weight>` in Keras's shapes, the optimizer's
 * slots as `optimizer/<slot>/<layer>/<weight>`, and JSON texts in its metadata: `architecture`, `training`, `position`
 * (where the training stands, if `fit` runs) and `reading` (how pictures are prepared for the model).
 */
import { InputError } from "../core/errors.ts";
import { jsonFrom } from "../core/json.ts";
import type { Tensor } from "../core/tensor.ts";
import { readSafetensors, writeSafetensors } from "../formats/safetensors.ts";
import type { Layer } from "../layers/layer.ts";
import { type FromConfig, layersOf } from "../layers/usual.ts";
import { architectureOf, architectureSpec, type Ends, FORMAT, graphFrom } from "./architecture.ts";
import { checkObjectives } from "./compile.ts";
import type { ModelCore, TrainingState } from "./core.ts";
import { type CustomObjects, noCustomObjects } from "./custom-objects.ts";
import { giveValues, graphOf, variablesOf } from "./graph.ts";
import { positionText } from "./position-text.ts";
import { checkedReading, type Reading } from "./reading.ts";
import { anyObject, ofFile, partOf } from "./saved-json.ts";
import { checkMemory, trainingFrom, trainingSpec } from "./saved-training.ts";
import { checkTensors, floatsOf } from "./saved-weights.ts";
import { checkWeights } from "./weights.ts";

/**
 * The bytes of a model file: architecture, weights and, once compiled, the state of training.
 * @throws InputError for weights that are not finite, which must not take the place of a good file
 */
export function encodeModel(core: ModelCore): Uint8Array {
  core.onBatch?.settle();
  const { graph, training } = core;
  const { optimizer, iterations, position } = core.fitting?.() ?? training ?? {};
  const standing = position && positionText(position);
  checkWeights("save", graph.layers);
  const tensors: Record<string, Tensor> = {};
  for (const { path, shape, value } of variablesOf(graph.layers)) tensors[path] = { shape, data: value };
  for (const [path, data] of training?.memory ?? []) tensors[`optimizer/${path}`] = { shape: [data.length], data };
  Object.assign(tensors, standing?.tensors);
  return writeSafetensors(tensors, {
    format: FORMAT,
    architecture: JSON.stringify(architectureOf(core)),
    ...(training && {
      training: JSON.stringify({ optimizer, objectives: training.objectives, iterations }),
    }),
    ...(standing && { position: standing.text }),
    ...(core.reading && { reading: JSON.stringify(core.reading) }),
  });
}

/** The content of a model file. Its layers have their weights. */
export interface DecodedModel {
  readonly modelName: string;
  readonly graph: Ends;
  readonly training: TrainingState | undefined;
  readonly reading: Reading | undefined;
}

/**
 * Reads a model file's bytes. The tensors of the file are compared with what the layers need, and become their weights:
 * no memory is taken for a weight that the file does not have.
 * @throws InputError for bytes that are no model file; the message names the file
 */
export async function decodeModel(
  bytes: Uint8Array,
  name: string,
  custom: CustomObjects = noCustomObjects,
): Promise<DecodedModel> {
  const { tensors, metadata } = readSafetensors(bytes, name);
  if (metadata.architecture === undefined) {
    throw new InputError(
      `${name}: expected a model file written by save(), got a safetensors file without an architecture: use loadWeights`,
    );
  }
  const architecture = partOf(architectureSpec, metadata.architecture, `${name}: its architecture`);
  const types = architecture.layers.map(({ type }) => type);
  const ofLibrary = await layersOf(types.filter((type) => !custom.layers.has(type)));
  const fromConfig: FromConfig = (type, layer, config) => {
    const make = custom.layers.get(type) as ((options: object) => Layer) | undefined;
    return make ? make({ ...config, name: layer }) : ofLibrary(type, layer, config);
  };
  const graph = ofFile(name, () => graphFrom(architecture, fromConfig));
  const checked = ofFile(name, () => graphOf(graph.inputs, graph.outputs));
  const { layers } = checked;
  checkTensors(layers, tensors, name);
  giveValues(layers, (path) => floatsOf(tensors.get(path)!.data));
  const training = metadata.training === undefined ? undefined : trainingFrom(metadata.training, tensors, name, custom);
  if (training) ofFile(name, () => checkObjectives(checked, training.objectives, "its training state"));
  if (training && metadata.position !== undefined) {
    const { positionFrom } = await import("./saved-position.ts");
    training.position = positionFrom(metadata.position, tensors, name);
  }
  if (training) checkMemory(training, variablesOf(layers), name);
  const reading = metadata.reading === undefined ? undefined : readingFrom(metadata.reading, name);
  return { modelName: architecture.name, graph, training, reading };
}

/** The number of batches that the model of a file was trained on; undefined where it is not compiled. */
export function iterationsIn(bytes: Uint8Array, name: string): number | undefined {
  const { training } = readSafetensors(bytes, name).metadata;
  return training === undefined ? undefined : partOf(trainingSpec, training, `${name}: its training state`).iterations;
}

/** The reading that a file keeps as JSON. @throws InputError for anything else; the message names the file */
export function readingFrom(text: string, name: string): Reading {
  const what = `${name}: its reading`;
  return checkedReading(what, anyObject(what, jsonFrom(text, what) as never));
}
