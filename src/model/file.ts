/**
 * The model file: a safetensors file with the weights as `<layer>/<weight>` in Keras's shapes, the optimizer's
 * slots as `optimizer/<slot>/<layer>/<weight>`, and JSON texts in its metadata: `architecture`, `training`, `position`
 * (where the training stands, if `fit` runs) and `reading` (how pictures are prepared for the model).
 */
import * as v from "valibot";
import { InputError, inSingle } from "../core/errors.ts";
import { firstNotFinite } from "../core/finite.ts";
import { checkedJson } from "../core/json.ts";
import { MissingObject } from "../core/missing-object.ts";
import type { Numbers, Tensor } from "../core/tensor.ts";
import type { Variable } from "../engine/variable.ts";
import { readSafetensors, writeSafetensors } from "../formats/safetensors.ts";
import type { Layer, SymbolicTensor } from "../layers/layer.ts";
import { type FromConfig, layersOf } from "../layers/usual.ts";
import { checkedLoss, type Loss, losses } from "../training/losses/table.ts";
import { checkedMetric, type Metric } from "../training/metrics/table.ts";
import { checkedOptimizer, slotsOf } from "../training/optimizers/table.ts";
import type { ModelCore, TrainingState } from "./core.ts";
import { type CustomObjects, noCustomObjects } from "./custom-objects.ts";
import { setVariables, variablesOf } from "./graph.ts";
import type { Position } from "./position.ts";
import { positionText } from "./position-text.ts";
import { checkedReading, type Reading } from "./reading.ts";
import { checkWeights } from "./weights.ts";

const FORMAT = "lenet5-model";

const index = v.pipe(v.number(), v.integer(), v.minValue(0));

/**
 * Each layer once; the calls in order, with the indices of the earlier calls that are their inputs. Those of the model's
 * inputs come first.
 */
const architectureSchema = v.object({
  format: v.literal(FORMAT),
  version: v.literal(1),
  name: v.string(),
  layers: v.array(v.object({ type: v.string(), name: v.string(), config: v.record(v.string(), v.unknown()) })),
  calls: v.array(v.object({ layer: index, inputs: v.array(index) })),
  outputs: v.pipe(v.array(index), v.minLength(1)),
});

/** Optimizer, loss and metrics are read by the checks of their tables. */
export const trainingSchema = v.object({
  optimizer: v.unknown(),
  objectives: v.array(
    v.object({
      loss: v.optional(v.unknown()),
      lossWeight: v.pipe(v.number(), v.finite()),
      metrics: v.array(v.unknown()),
    }),
  ),
  iterations: index,
});

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
  const architecture: v.InferOutput<typeof architectureSchema> = {
    format: FORMAT,
    version: 1,
    name: core.name,
    layers: graph.layers.map((layer) => ({
      type: layer.type,
      name: layer.name,
      config: { ...layer.config, trainable: layer.trainable },
    })),
    calls: graph.tensors.map((tensor) => ({
      layer: graph.layers.indexOf(tensor.layer),
      inputs: tensor.inputs.map((input) => graph.tensors.indexOf(input)),
    })),
    outputs: graph.outputs.map((output) => graph.tensors.indexOf(output)),
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

/** The content of a model file. Its weights are not in the layers yet: see {@link takeWeights}. */
export interface DecodedModel {
  readonly modelName: string;
  readonly graph: { inputs: SymbolicTensor[]; outputs: SymbolicTensor[] };
  readonly training: TrainingState | undefined;
  readonly reading: Reading | undefined;
  readonly weights: ReadonlyMap<string, Tensor>;
}

/** Reads a model file's bytes. @throws InputError for bytes that are no model file; the message names the file */
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
  const architecture = checkedJson(architectureSchema, metadata.architecture, `${name}: its architecture`);
  const types = architecture.layers.map(({ type }) => type);
  const ofLibrary = await layersOf(types.filter((type) => !custom.layers.has(type)));
  const fromConfig: FromConfig = (type, layer, config) => {
    const make = custom.layers.get(type) as ((options: object) => Layer) | undefined;
    return make ? make({ ...config, name: layer }) : ofLibrary(type, layer, config);
  };
  const graph = ofFile(name, () => graphFrom(architecture, fromConfig));
  const training = metadata.training === undefined ? undefined : trainingFrom(metadata.training, tensors, name, custom);
  if (training && metadata.position !== undefined) {
    const { positionFrom } = await import("./position.ts");
    training.position = positionFrom(metadata.position, tensors, name);
  }
  const reading = metadata.reading === undefined ? undefined : readingFrom(metadata.reading, name);
  return { modelName: architecture.name, graph, training, reading, weights: tensors };
}

/** The number of batches that the model of a file was trained on; undefined where it is not compiled. */
export function iterationsIn(bytes: Uint8Array, name: string): number | undefined {
  const { training } = readSafetensors(bytes, name).metadata;
  return training === undefined
    ? undefined
    : checkedJson(trainingSchema, training, `${name}: its training state`).iterations;
}

/** Where the training stands whose model a file holds; undefined for a model that was not saved while `fit` ran. */
export async function positionIn(bytes: Uint8Array, name: string): Promise<Position | undefined> {
  const { tensors, metadata } = readSafetensors(bytes, name);
  if (metadata.position === undefined) return undefined;
  const { positionFrom } = await import("./position.ts");
  return positionFrom(metadata.position, tensors, name);
}

/** The reading that a file keeps as JSON. @throws InputError for anything else; the message names the file */
export function readingFrom(text: string, name: string): Reading {
  const what = `${name}: its reading`;
  return checkedReading(what, checkedJson(v.record(v.string(), v.unknown()), text, what));
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
  tensors: DecodedModel["weights"],
  name: string,
  custom: CustomObjects,
): TrainingState {
  const training = checkedJson(trainingSchema, text, `${name}: its training state`);
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
export function memoryIn(tensors: DecodedModel["weights"]): Map<string, Float32Array> {
  const prefix = "optimizer/";
  const own = [...tensors].filter(([path]) => path.startsWith(prefix));
  return new Map(own.map(([path, { data }]) => [path.slice(prefix.length), Float32Array.from(data)]));
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

function graphFrom(
  { layers: specs, calls, outputs }: v.InferOutput<typeof architectureSchema>,
  fromConfig: FromConfig,
): DecodedModel["graph"] {
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

/** Sets the layers' weights from tensors, or from a safetensors file's bytes; none where one does not fit. */
export function takeWeights(
  layers: readonly Layer[],
  from: Uint8Array | ReadonlyMap<string, Tensor>,
  name: string,
): void {
  const tensors = from instanceof Uint8Array ? readSafetensors(from, name).tensors : from;
  const variables = variablesOf(layers);
  for (const { path, shape } of variables) {
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
  setVariables(layers, new Map(variables.map((variable) => [variable, tensors.get(variable.path)!.data] as const)));
}
