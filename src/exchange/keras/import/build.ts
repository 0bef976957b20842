import { InputError } from "../../../core/errors.ts";
import type { Shape } from "../../../core/tensor.ts";
import { input } from "../../../layers/input.ts";
import type { SymbolicTensor } from "../../../layers/layer.ts";
import { Config, shapeOf } from "./config.ts";
import { isObject, property } from "./json.ts";
import type { NeededLayer } from "./needs.ts";
import { type Making, Place, shapeText } from "./place.ts";
import type { KerasLayer, TensorReference, Topology } from "./topology.ts";
import { knownClasses, translationOf } from "./translations.ts";
import type { View } from "./view.ts";

/** A network of our layers, without the weights of the file. */
export interface Network {
  readonly inputs: readonly SymbolicTensor[];
  readonly outputs: readonly View[];
}

/** The most calls of layers, also those of models that other models share. */
const MAX_CALLS = 20_000;

/** The network of a topology. `given` is the input's shape for a file that does not say it. @throws InputError */
export function networkOf(making: Making, topology: Topology, given: Shape | undefined): Network {
  const inputs: SymbolicTensor[] = [];
  const enter = (layer: Pick<KerasLayer, "name">, shape: Shape): View => {
    const { tensor, view } = entered(making, layer.name, shape);
    inputs.push(tensor);
    return view;
  };
  if (topology.isSequential) {
    const { shape, name } = firstShape(making, topology, given);
    const entry = enter({ name }, shape);
    return { inputs, outputs: modelCall(making, topology, [])([entry]) };
  }
  const entries = topology.inputs.map(({ layer: name }) => {
    const layer = topology.layers.find((each) => each.name === name);
    if (!layer) throw new InputError(`${making.file}: expected an input layer "${name}", got none`);
    return enter(layer, knownShape(making, layer, given));
  });
  return { inputs, outputs: modelCall(making, topology, [])(entries) };
}

/** The function that applies a model to its inputs; a further call takes the same layers. */
function modelCall(
  making: Making,
  topology: Topology,
  models: NeededLayer["models"],
): (inputs: readonly View[]) => View[] {
  const callOf = (layer: KerasLayer) => layerCall(making, layer, models);
  if (topology.isSequential) {
    const calls = topology.layers.filter(({ className }) => className !== "InputLayer").map(callOf);
    return (inputs) => {
      if (inputs.length !== 1)
        throw new InputError(`${making.file}: model "${topology.name}": expected one input, got ${inputs.length}`);
      return [calls.reduce<View>((view, call) => call([view], {}), inputs[0]!)];
    };
  }
  return functionalCall(making, topology, callOf);
}

type Call = (inputs: readonly View[], given: Readonly<Record<string, unknown>>) => View;

function functionalCall(
  making: Making,
  topology: Topology,
  callOf: (layer: KerasLayer) => Call,
): (inputs: readonly View[]) => View[] {
  const what = `${making.file}: model "${topology.name}"`;
  const layers = new Map(topology.layers.map((layer) => [layer.name, layer]));
  const calls = new Map<string, Call>();
  // In the file's order, in which the weights are.
  for (const layer of topology.layers) if (layer.className !== "InputLayer") calls.set(layer.name, callOf(layer));
  return (inputs) => {
    if (inputs.length !== topology.inputs.length)
      throw new InputError(`${what}: expected ${topology.inputs.length} inputs, got ${inputs.length}`);
    const views = new Map<string, View>();
    for (const [i, reference] of topology.inputs.entries()) views.set(keyOf(reference), inputs[i]!);
    const found = (reference: TensorReference) => views.get(keyOf(reference));
    const waits = new Set<string>();
    // Depth first without recursion: networks may be deeper than the call stack.
    const waiting = topology.outputs.toReversed().map((reference) => settled(what, layers, reference));
    while (waiting.length > 0) {
      const reference = waiting[waiting.length - 1]!;
      const key = keyOf(reference);
      if (views.has(key)) {
        waiting.pop();
        continue;
      }
      const { name, calls: nodes } = layers.get(reference.layer)!;
      const node = nodes[reference.call];
      if (!node) throw new InputError(`${what}: expected the input "${name.slice(0, 60)}" among its input_layers`);
      const needed = node.inputs.map((each) => settled(what, layers, each));
      const missing = needed.filter((each) => !found(each));
      if (missing.length > 0) {
        if (waits.has(key)) throw new InputError(`${what}: layer "${name}" needs its own output`);
        waits.add(key);
        waiting.push(...missing.toReversed());
        continue;
      }
      waiting.pop();
      const call = calls.get(name);
      if (!call) throw new InputError(`${what}: expected the input "${name}" among its input_layers`);
      views.set(
        key,
        call(
          needed.map((each) => found(each)!),
          node.given,
        ),
      );
    }
    return topology.outputs.map((reference) => found(settled(what, layers, reference))!);
  };
}

function keyOf({ layer, call }: TensorReference): string {
  return `${call} ${layer}`;
}

/** A reference to a call that exists: some files count the calls of a layer from another model on. */
function settled(what: string, layers: ReadonlyMap<string, KerasLayer>, reference: TensorReference): TensorReference {
  const layer = layers.get(reference.layer);
  if (!layer) throw new InputError(`${what}: expected a layer "${reference.layer.slice(0, 60)}", got none`);
  const count = layer.className === "InputLayer" ? 1 : layer.calls.length;
  if (reference.call < count) return reference;
  if (count === 1) return { layer: reference.layer, call: 0 };
  throw new InputError(
    `${what}: expected ${count} calls of "${layer.name}", got a reference to number ${reference.call + 1}`,
  );
}

/** The function that applies a layer of the file. @throws InputError for a class that is not read, by its name */
function layerCall(making: Making, layer: KerasLayer, models: NeededLayer["models"]): Call {
  const { className, name, config, inside } = layer;
  const where = models.length > 0 ? ` of "${models.map((model) => model.name).join("/")}"` : "";
  const what = `${making.file}: layer "${name}" (${className})${where}`;
  if (inside) {
    const apply = modelCall(making, inside, [...models, { name, className }]);
    return (inputs) => {
      countCall(making, what);
      const outputs = apply(inputs);
      if (outputs.length !== 1) throw new InputError(`${what}: expected one output, got ${outputs.length}`);
      return outputs[0]!;
    };
  }
  const translation = translationOf(className);
  // What Keras makes of a layer of another Keras: its config does not say which.
  if (className === "ModuleWrapper")
    throw new InputError(
      `${what}: a wrapper that does not say its layer: give the .json file of the layers with the option architecture, or a network with the option network`,
    );
  if (!translation)
    throw new InputError(`${what}: this class is not supported; supported are ${knownClasses.join(", ")}`);
  checkPolicy(making, what, config);
  const place = new Place(making, { className, name, trainable: config.trainable !== false, what }, models);
  const options = new Config(what, config);
  const apply = translation(options, place);
  for (const [option, value] of options.rest()) {
    if (refused.has(option) || option.includes("quantize"))
      throw new InputError(`${what}: its option ${option} is not supported`);
    place.note(
      `layer "${name}": its option ${option} (${JSON.stringify(value).slice(0, 60)}) is unknown and was ignored.`,
    );
  }
  return (inputs, given) => {
    countCall(making, what);
    if (given.training === true && className.startsWith("BatchNorm"))
      throw new InputError(`${what}: it is called with training=True: statistics of each batch are not supported`);
    if (given.training === true && /Dropout|Noise|^Random/.test(className))
      place.note(
        `layer "${name}" is called with training=True, which changes every prediction in Keras; here it does nothing then.`,
      );
    return named(what, () => place.call(apply, inputs));
  };
}

/** A model may call another twice, which calls another twice, and so on. @throws InputError for too many calls */
function countCall(making: Making, what: string): void {
  if (++making.calls > MAX_CALLS) throw new InputError(`${what}: expected at most ${MAX_CALLS} calls of layers`);
}

/** Options of layers that change what they compute, and are not supported. */
const refused = new Set(["lora_rank", "lora_alpha", "quantization_config", "quantization_mode", "virtual_batch_size"]);

/** Says which numbers the file computes with; ours are float32. @throws InputError for quantised layers */
function checkPolicy(making: Making, what: string, { dtype }: KerasLayer["config"]): void {
  const policy = isObject(dtype) ? property(dtype.config, "name") : dtype;
  const isQuantized = isObject(dtype) && String(dtype.class_name).startsWith("Quantized");
  if (isQuantized || (typeof policy === "string" && /int8|int4|float8/.test(policy)))
    throw new InputError(`${what}: quantised layers are not supported, got ${JSON.stringify(policy ?? dtype)}`);
  if (typeof policy === "string" && !["float32", "uint8", "int32"].includes(policy))
    making.notes.add(
      `The file computes in ${policy}; here everything is computed in float32${policy === "float64" ? "" : ", so that the last digits differ"}.`,
    );
}

/** Puts the place in front of errors of our layers. */
function named<Result>(what: string, make: () => Result): Result {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof InputError) || error.message.startsWith(what.slice(0, what.indexOf(": layer")))) throw error;
    throw new InputError(`${what}: ${error.message}`, { cause: error });
  }
}

/** The input of a model of ours for an input of Keras's. */
function entered(making: Making, kerasName: string, shape: Shape): { tensor: SymbolicTensor; view: View } {
  const what = `${making.file}: input "${kerasName}"`;
  const plain = kerasName.replaceAll("/", "_");
  const name =
    plain === "" || plain === "optimizer" || plain === "__metadata__" || making.taken.has(plain)
      ? `${plain}_input`
      : plain;
  making.taken.add(name);
  const make = (ours: Shape) => named(what, () => input({ name, shape: ours }));
  if (shape.length === 2) {
    const tensor = make([...shape, 1]);
    making.notes.add(
      `The input "${kerasName}" is ${shapeText(shape)} in the file; here it has one channel: [N, ${shape.join(", ")}, 1].`,
    );
    return { tensor, view: { tensor, shape, order: "oneChannel" } };
  }
  if (shape.length === 3 && making.age.channelsFirst) {
    const [channels, rows, columns] = shape as [number, number, number];
    const tensor = make([rows, columns, channels]);
    making.notes.add(
      `The input "${kerasName}" is ${shapeText(shape)} in the file, channels first; here it is channels last: [N, ${rows}, ${columns}, ${channels}].`,
    );
    return { tensor, view: { tensor, shape, order: "channelsFirst" } };
  }
  if (shape.length !== 3 && shape.length !== 1)
    throw new InputError(`${what}: expected images or vectors as input, got shape ${shapeText(shape)}`);
  const tensor = make(shape);
  return { tensor, view: { tensor, shape, order: "same" } };
}

/** The shape of an input layer, without the batch. */
function knownShape({ file, age }: Making, layer: KerasLayer, given: Shape | undefined): Shape {
  const shape = shapeIn(layer);
  return completed(`${file}: input "${layer.name}"`, shape, given, age.channelsFirst);
}

function shapeIn({ config, builtFor }: KerasLayer): (number | null)[] | undefined {
  const { batch_input_shape: old, batch_shape: batch, input_shape: own, shape, input_dim: dim } = config;
  const withBatch =
    shapeOf(old) ??
    shapeOf(batch) ??
    (own === undefined ? undefined : prefixed(own)) ??
    prefixed(shape) ??
    prefixed(dim) ??
    shapeOf(builtFor);
  return withBatch?.slice(1);
}

function prefixed(value: unknown): (number | null)[] | undefined {
  const shape = value === undefined || value === null ? undefined : shapeOf(value);
  return shape && [null, ...shape];
}

/** Sizes that the file leaves open are taken from the option. */
function completed(
  what: string,
  shape: readonly (number | null)[] | undefined,
  given: Shape | undefined,
  first: boolean,
): Shape {
  const ours = given && first && given.length === 3 ? [given[2]!, given[0]!, given[1]!] : given;
  if (shape && !shape.includes(null) && !ours) return shape as Shape;
  if (
    ours &&
    (!shape || (shape.length === ours.length && shape.every((size, axis) => size === null || size === ours[axis])))
  )
    return ours;
  const wanted = shape ? `[${shape.map((size) => size ?? "any").join(", ")}]` : "none";
  if (ours)
    throw new InputError(`${what}: expected an inputShape that fits the file's ${wanted}, got [${ours.join(", ")}]`);
  throw new InputError(
    `${what}: the file does not say its whole shape (${wanted}): give it with the option inputShape, such as [28, 28, 1]`,
  );
}

/** What a sequential model takes: its first layer says it, or the file beside it. */
function firstShape(making: Making, topology: Topology, given: Shape | undefined): { shape: Shape; name: string } {
  let model: Topology = topology;
  let layer: KerasLayer | undefined = model.layers[0];
  let beside = shapeOf(topology.builtFor);
  // A model within may be the first layer.
  while (layer?.inside) {
    model = layer.inside;
    beside ??= shapeOf(layer.builtFor) ?? shapeOf(model.builtFor);
    const entry = model.inputs[0]?.layer;
    layer = model.isSequential ? model.layers[0] : model.layers.find(({ name }) => name === entry);
  }
  if (!layer) throw new InputError(`${making.file}: model "${topology.name}": expected layers, got none`);
  const name = layer.className === "InputLayer" && layer === topology.layers[0] ? layer.name : "input";
  const shape = shapeIn(layer) ?? beside?.slice(1);
  return { shape: completed(`${making.file}: model "${topology.name}"`, shape, given, making.age.channelsFirst), name };
}
