/**
 * The model file: a safetensors file with the weights as `<layer>/<weight>` in Keras's shapes, the optimizer's
 * slots as `optimizer/<slot>/<layer>/<weight>`, and JSON texts in its metadata: `architecture`, `training`, `position`
 * (where the training stands, if `fit` runs) and `reading` (how pictures are prepared for the model).
 */
import { InputError, inSingle, shown } from "../core/errors.ts";
import { firstNotFinite } from "../core/finite.ts";
import { jsonFrom } from "../core/json.ts";
import { MissingObject } from "../core/missing-object.ts";
import {
  type Check,
  type ConfigOf,
  checkedOptions,
  choice,
  finite,
  type OptionSpec,
  type OptionsOf,
  optional,
  required,
  text,
  whole,
} from "../core/options.ts";
import type { Numbers, Tensor } from "../core/tensor.ts";
import type { Variable } from "../engine/variable.ts";
import { readSafetensors, writeSafetensors } from "../formats/safetensors.ts";
import type { Layer, SymbolicTensor } from "../layers/layer.ts";
import { type FromConfig, layersOf } from "../layers/usual.ts";
import { checkedLoss, type Loss, losses } from "../training/losses/table.ts";
import { checkedMetric, type Metric } from "../training/metrics/table.ts";
import { checkedOptimizer, slotsOf } from "../training/optimizers/table.ts";
import { checkObjectives } from "./compile.ts";
import type { ModelCore, TrainingState } from "./core.ts";
import { type CustomObjects, noCustomObjects } from "./custom-objects.ts";
import { giveValues, graphOf, MAX_CALLS, setVariables, variablesOf } from "./graph.ts";
import { positionText } from "./position-text.ts";
import { checkedReading, type Reading } from "./reading.ts";
import { checkWeights } from "./weights.ts";

const FORMAT = "lenet5-model";

/** A list of `most` items at most. */
function listOf<Item>(most: number, check: Check<Item>): Check<readonly Item[]> {
  return (what, given) => {
    if (!Array.isArray(given) || given.length > most)
      throw new InputError(`${what}: expected a list of at most ${most} items, got ${shown(given)}`);
    return given.map((item: Item, i) => check(`${what} ${i}`, item));
  };
}

/** Like `whole(0)` for each item, but fast. */
const indices: Check<readonly number[]> = (what, given) => {
  if (Array.isArray(given) && given.length <= MAX_CALLS && given.every((i) => Number.isInteger(i) && i >= 0))
    return given;
  throw new InputError(
    `${what}: expected a list of at most ${MAX_CALLS} whole numbers of at least 0, got ${shown(given)}`,
  );
};

const anyText: Check<string> = (what, given) => {
  if (typeof given === "string") return given;
  throw new InputError(`${what}: expected a text, got ${shown(given)}`);
};

const version: Check<1> = (what, given) => {
  if (given === 1) return given;
  throw new InputError(`${what}: expected 1, got ${shown(given)}: update lenet5 if a newer one wrote the file`);
};

const anyValue: Check<unknown> = (_, given) => given;

const object: Check<Readonly<Record<string, unknown>>> = (what, given) => {
  if (typeof given === "object" && given !== null && !Array.isArray(given)) return given;
  throw new InputError(`${what}: expected an object, got ${shown(given)}`);
};

const layerSpec = { type: required(anyText), name: required(anyText), config: required(object) };
const callSpec = { layer: required(whole(0)), inputs: required(indices) };

/**
 * Each layer once; the calls in order, with the indices of the earlier calls that are their inputs. Those of the model's
 * inputs come first.
 */
const architectureSpec = {
  format: required(choice([FORMAT])),
  version: required(version),
  name: required(text),
  layers: required(
    listOf(MAX_CALLS, (what, given: ConfigOf<typeof layerSpec>) => checkedOptions(what, layerSpec, given)),
  ),
  calls: required(listOf(MAX_CALLS, (what, given: ConfigOf<typeof callSpec>) => checkedOptions(what, callSpec, given))),
  outputs: required((what, given: readonly number[]) => {
    if (indices(what, given).length > 0) return given;
    throw new InputError(`${what}: expected at least one, got none`);
  }),
};
type Architecture = ConfigOf<typeof architectureSpec>;

const objectiveSpec = {
  loss: optional(anyValue, undefined),
  lossWeight: required(finite),
  metrics: required(listOf(MAX_CALLS, anyValue)),
};

/** Optimizer, loss and metrics are read by the checks of their tables. */
export const trainingSpec = {
  optimizer: required(anyValue),
  objectives: required(
    listOf(MAX_CALLS, (what, given: ConfigOf<typeof objectiveSpec>) => checkedOptions(what, objectiveSpec, given)),
  ),
  iterations: required(whole(0)),
};

/** JSON of the file. @throws InputError unless it has the parts of the spec, and no others */
export function partOf<Spec extends OptionSpec>(spec: Spec, text: string, what: string): ConfigOf<Spec> {
  return checkedOptions(what, spec, jsonFrom(text, what) as OptionsOf<Spec>);
}

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
  const layerAt = new Map(graph.layers.map((layer, i) => [layer, i]));
  const tensorAt = new Map(graph.tensors.map((tensor, i) => [tensor, i]));
  const architecture: Architecture = {
    format: FORMAT,
    version: 1,
    name: core.name,
    layers: graph.layers.map((layer) => ({
      type: layer.type,
      name: layer.name,
      config: { ...layer.config, trainable: layer.trainable },
    })),
    calls: graph.tensors.map((tensor) => ({
      layer: layerAt.get(tensor.layer)!,
      inputs: tensor.inputs.map((input) => tensorAt.get(input)!),
    })),
    outputs: graph.outputs.map((output) => tensorAt.get(output)!),
  };
  return writeSafetensors(tensors, {
    format: FORMAT,
    architecture: JSON.stringify(architecture),
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
  readonly graph: { inputs: SymbolicTensor[]; outputs: SymbolicTensor[] };
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
  return checkedReading(what, object(what, jsonFrom(text, what) as never));
}

/** Puts the file's name in front of errors about its content. */
function ofFile<Result>(name: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`${name}: ${error.message}`, { cause: error });
    throw error;
  }
}

/** The state of training as `encodeModel` wrote it. */
function trainingFrom(
  text: string,
  tensors: ReadonlyMap<string, Tensor>,
  name: string,
  custom: CustomObjects,
): TrainingState {
  const training = partOf(trainingSpec, text, `${name}: its training state`);
  return ofFile(name, () => ({
    optimizer: checkedOptimizer("its optimizer", training.optimizer),
    objectives: training.objectives.map(({ loss, lossWeight, metrics }) => ({
      loss: loss === undefined ? undefined : savedLoss(loss, custom),
      lossWeight,
      metrics: metrics.map((metric) => savedMetric(metric, custom)),
    })),
    iterations: training.iterations,
    memory: memoryIn(tensors),
  }));
}

/** The optimizer's slots among a file's tensors. */
export function memoryIn(tensors: ReadonlyMap<string, Tensor>): Map<string, Float32Array> {
  const prefix = "optimizer/";
  const own = [...tensors].filter(([path]) => path.startsWith(prefix));
  return new Map(own.map(([path, { data }]) => [path.slice(prefix.length), floatsOf(data)]));
}

function savedLoss(saved: unknown, { losses: custom }: CustomObjects): Loss {
  const { type } = (saved ?? {}) as { type?: unknown };
  if (typeof type === "string" && !Object.hasOwn(losses, type) && !custom.has(type)) {
    throw new MissingObject("its loss", "loss", type);
  }
  return checkedLoss("its loss", saved, custom);
}

/** A file has only the name of a custom metric. */
function savedMetric(saved: unknown, { metrics: custom }: CustomObjects): Metric {
  const { type, name } = (saved ?? {}) as { type?: unknown; name?: unknown };
  if (type !== "custom" || typeof name !== "string") return checkedMetric("its metrics", saved);
  const of = custom.get(name);
  if (!of) throw new MissingObject("its metrics", "metric", name);
  return checkedMetric("its metrics", of);
}

function graphFrom({ layers: specs, calls, outputs }: Architecture, fromConfig: FromConfig): DecodedModel["graph"] {
  const layers = specs.map((spec) => fromConfig(spec.type, spec.name, spec.config));
  const tensors: SymbolicTensor[] = [];
  const at = <Item>(list: readonly Item[], i: number): Item => {
    const item = list[i];
    if (item === undefined) throw new InputError(`its architecture refers to item ${i}, which does not exist`);
    return item;
  };
  for (const call of calls) tensors.push(at(layers, call.layer)(call.inputs.map((i) => at(tensors, i))));
  const inputs = tensors.filter((tensor) => tensor.layer.type === "input");
  if (inputs.length === 0) throw new InputError("its architecture has no input");
  return { inputs, outputs: outputs.map((i) => at(tensors, i)) };
}

/** Checks that the saved slots fit the optimizer and the weights. @throws InputError */
export function checkMemory(
  training: Pick<TrainingState, "optimizer" | "memory" | "position">,
  variables: readonly Variable[],
  name: string,
): void {
  const slots = slotsOf(training.optimizer);
  const lengthOf = new Map(variables.map(({ path, value }) => [path, value.length]));
  const sizes = new Map<string, number>(
    variables.flatMap(({ path, value }) => slots.map((slot) => [`${slot}/${path}`, value.length] as const)),
  );
  for (const { name: callback, weights } of training.position?.callbacks ?? []) {
    const wrong = [...(weights ?? [])].find(([path, { length }]) => length !== lengthOf.get(path));
    if (wrong)
      throw new InputError(
        `${name}: expected weights of the model in the memory of "${callback.slice(0, 60)}", got others`,
      );
  }
  for (const [path, values] of training.memory) {
    const { length } = values;
    checkFinite(name, `optimizer/${path}`, values);
    if (sizes.get(path) !== length) {
      throw new InputError(
        `${name}: expected ${sizes.get(path) ?? "no"} numbers in "optimizer/${path}", got ${length}: is the file damaged?`,
      );
    }
  }
}

/** @throws InputError for a number that is not finite in the engine's 32 bits */
function checkFinite(name: string, path: string, data: Numbers): void {
  const at = firstNotFinite(data instanceof Float32Array ? data : Float32Array.from(data));
  if (at >= 0)
    throw new InputError(`${name}: expected finite numbers in "${path}", got ${inSingle(data[at]!)} at index ${at}`);
}

/** @throws InputError unless there is a tensor of the same shape for each weight of the layers */
function checkTensors(layers: readonly Layer[], tensors: ReadonlyMap<string, Tensor>, name: string): void {
  for (const layer of layers) {
    for (const { name: weight, shape } of layer.built.weights) {
      const path = `${layer.name}/${weight}`;
      const tensor = tensors.get(path);
      if (!tensor)
        throw new InputError(`${name}: expected a tensor "${path}" [${shape.join(", ")}], got none of that name`);
      if (tensor.shape.join() !== shape.join()) {
        throw new InputError(
          `${name}: expected "${path}" of shape [${shape.join(", ")}], got [${tensor.shape.join(", ")}]`,
        );
      }
      checkFinite(name, path, tensor.data);
    }
  }
}

function floatsOf(data: Tensor["data"]): Float32Array {
  return data instanceof Float32Array ? data : new Float32Array(data);
}

/** Sets the layers' weights from tensors, or from a safetensors file's bytes; none where one does not fit. */
export function takeWeights(
  layers: readonly Layer[],
  from: Uint8Array | ReadonlyMap<string, Tensor>,
  name: string,
): void {
  const tensors = from instanceof Uint8Array ? readSafetensors(from, name).tensors : from;
  checkTensors(layers, tensors, name);
  const variables = variablesOf(layers);
  setVariables(layers, new Map(variables.map((variable) => [variable, tensors.get(variable.path)!.data] as const)));
}
