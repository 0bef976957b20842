import { InputError, shown } from "../../../core/errors.ts";
import { isObject, type Json, property } from "./json.ts";

/** A tensor that a layer computes: the output of one of its calls. */
export interface TensorReference {
  readonly layer: string;
  /** Which of the layer's calls. */
  readonly call: number;
}

/** A call of a layer. */
export interface LayerCall {
  readonly inputs: readonly TensorReference[];
  /** What the call is given beside its inputs, such as `training`. */
  readonly given: Json;
}

/** A layer of a file: what it is, not yet what it does. */
export interface KerasLayer {
  readonly className: string;
  readonly name: string;
  readonly config: Json;
  /** The network inside, of a layer that is a model itself. */
  readonly inside: Topology | undefined;
  /** The shape of its input, with the batch, where the file says it beside the config. */
  readonly builtFor: unknown;
  /** Where the layer is called; one call, of the layer before it, in a sequential model. */
  readonly calls: readonly LayerCall[];
}

/** The network of a file: layers with their calls. */
export interface Topology {
  readonly className: string;
  readonly name: string;
  readonly isSequential: boolean;
  readonly layers: readonly KerasLayer[];
  /** Empty for a sequential model: its first layer says what it takes. */
  readonly inputs: readonly TensorReference[];
  readonly outputs: readonly TensorReference[];
  /** A sequential model's input shape with the batch, where the file says it beside the layers. */
  readonly builtFor: unknown;
}

/** The most layers of a model, those inside of others included. */
const MAX_LAYERS = 10_000;
const MAX_DEPTH = 20;

/**
 * The network that a config of any Keras describes: Keras 3's and 2's `{ class_name, config }`, Keras 1's with a list as
 * config, and Keras 0's flat layers.
 *
 * @param file its name in errors
 * @throws InputError for models that are neither Sequential nor of the functional API
 */
export function topologyOf(file: string, json: unknown): Topology {
  const count = { layers: 0 };
  return modelOf(file, json, count, 0);
}

/** Classes of models, also subclasses whose config has layers with inbound nodes. */
const SEQUENTIAL = new Set(["Sequential"]);
const FUNCTIONAL = new Set(["Functional", "Model"]);

function modelOf(file: string, json: unknown, count: { layers: number }, depth: number): Topology {
  if (depth > MAX_DEPTH) throw new InputError(`${file}: expected at most ${MAX_DEPTH} models in each other`);
  const className = property(json, "class_name") ?? property(json, "name");
  if (typeof className !== "string")
    throw new InputError(`${file}: expected a Keras model with a class_name, got ${shown(json)}`);
  // Keras 0 has the layers beside the name.
  const config = property(json, "config") ?? json;
  const list = Array.isArray(config) ? config : property(config, "layers");
  const what = `${file}: model "${className}"`;
  if (!Array.isArray(list))
    throw new InputError(
      `${what}: expected a Sequential model or one of the functional API, whose config lists its layers, got a class of its own: save its weights and give them with the option network`,
    );
  count.layers += list.length;
  if (count.layers > MAX_LAYERS) throw new InputError(`${what}: expected at most ${MAX_LAYERS} layers`);
  const isFunctional = Array.isArray(property(config, "output_layers")) || isObject(property(config, "output_layers"));
  if (!isFunctional && !SEQUENTIAL.has(className) && FUNCTIONAL.has(className))
    throw new InputError(`${what}: expected output_layers in its config, got none`);
  if (!isFunctional && className === "Graph")
    throw new InputError(`${what}: a Graph of Keras 0 is not supported: save it with Keras 1 as a Model`);
  const name = property(config, "name");
  const layers = list.map((layer, i) => layerOf(file, layer, i, { count, depth, isFunctional }));
  const common = {
    className,
    name: typeof name === "string" && name !== "" && name !== className ? name : className.toLowerCase(),
    builtFor: property(config, "build_input_shape") ?? property(property(json, "build_config"), "input_shape"),
  };
  if (isFunctional) {
    const inputs = referencesIn(`${what} input_layers`, property(config, "input_layers"));
    const outputs = referencesIn(`${what} output_layers`, property(config, "output_layers"));
    if (outputs.length === 0) throw new InputError(`${what}: expected outputs, got none`);
    checkNames(what, layers);
    return { ...common, isSequential: false, layers, inputs, outputs };
  }
  return { ...common, isSequential: true, layers, inputs: [], outputs: [] };
}

function layerOf(
  file: string,
  json: unknown,
  index: number,
  { count, depth, isFunctional }: { count: { layers: number }; depth: number; isFunctional: boolean },
): KerasLayer {
  // Keras 0 has the options beside the class, which it calls name.
  const isFlat = isObject(json) && property(json, "class_name") === undefined && typeof json.name === "string";
  const className = property(json, isFlat ? "name" : "class_name");
  const config = isFlat ? json : property(json, "config");
  if (typeof className !== "string" || config === undefined)
    throw new InputError(`${file}: layer ${index + 1}: expected class_name and config, got ${shown(json)}`);
  const given = isFlat ? property(config, "custom_name") : (property(config, "name") ?? property(json, "name"));
  const name = typeof given === "string" && given !== "" ? given : `${className.toLowerCase()}_${index + 1}`;
  const isModel = isModelConfig(className, config);
  const inside = isModel ? modelOf(file, isFlat ? json : { ...(json as Json), config }, count, depth + 1) : undefined;
  const builtFor = property(property(json, "build_config"), "input_shape");
  const calls = isFunctional ? callsOf(`${file}: layer "${name}"`, property(json, "inbound_nodes")) : [];
  return { className, name, config: isObject(config) ? config : {}, inside, builtFor, calls };
}

function isModelConfig(className: string, config: unknown): boolean {
  if (SEQUENTIAL.has(className)) return true;
  const layers = property(config, "layers");
  return Array.isArray(layers) && layers.every((layer) => isObject(layer) && "class_name" in layer);
}

/** The calls of a layer in any of the forms that a Keras has written. */
function callsOf(what: string, nodes: unknown): LayerCall[] {
  if (nodes === undefined || nodes === null) return [];
  if (!Array.isArray(nodes)) throw new InputError(`${what}: expected a list of inbound_nodes, got ${shown(nodes)}`);
  return nodes.map((node: unknown): LayerCall => {
    if (isObject(node)) {
      const inputs: TensorReference[] = [];
      tensorsIn(what, node.args ?? [], inputs, 0);
      const kwargs = isObject(node.kwargs) ? node.kwargs : {};
      for (const value of Object.values(kwargs)) tensorsIn(what, value, inputs, 0);
      return { inputs, given: kwargs };
    }
    if (!Array.isArray(node))
      throw new InputError(`${what}: expected a list of tensors as inbound node, got ${shown(node)}`);
    const entries: readonly unknown[] = isReference(node) ? [node] : node;
    let given: Json = {};
    const inputs = entries.map((entry) => {
      if (!isReference(entry)) throw new InputError(`${what}: expected [layer, node, tensor], got ${shown(entry)}`);
      if (isObject(entry[3])) given = { ...given, ...entry[3] };
      return referenceOf(what, entry);
    });
    return { inputs, given };
  });
}

type ReferenceList = readonly [layer: string, node: number, tensor: number, given?: unknown];

function isReference(value: unknown): value is ReferenceList {
  return Array.isArray(value) && typeof value[0] === "string" && typeof value[1] === "number";
}

function referenceOf(what: string, [layer, call, tensor = 0]: ReferenceList): TensorReference {
  if (!(Number.isInteger(call) && call >= 0))
    throw new InputError(`${what}: expected a node of "${layer}", got ${shown(call)}`);
  if (tensor !== 0)
    throw new InputError(
      `${what}: output ${shown(tensor)} of "${layer}": layers with several outputs are not supported`,
    );
  return { layer, call };
}

/** Finds the tensors in what a call of Keras 3 is given: `{ class_name: "__keras_tensor__", config: { keras_history } }`. */
function tensorsIn(what: string, value: unknown, found: TensorReference[], depth: number): void {
  if (depth > 10) return;
  if (Array.isArray(value)) {
    for (const item of value) tensorsIn(what, item, found, depth + 1);
    return;
  }
  if (property(value, "class_name") !== "__keras_tensor__") return;
  const history = property(property(value, "config"), "keras_history");
  if (!isReference(history)) throw new InputError(`${what}: expected a keras_history, got ${shown(history)}`);
  found.push(referenceOf(what, history));
}

/** `[["a", 0, 0], ["b", 0, 0]]`, `["a", 0, 0]`, or an object of those by name. */
function referencesIn(what: string, value: unknown): TensorReference[] {
  if (isReference(value)) return [referenceOf(what, value)];
  const items = isObject(value) ? Object.values(value) : Array.isArray(value) ? value : [];
  return items.flatMap((item: unknown) => {
    if (isReference(item)) return [referenceOf(what, item)];
    if (Array.isArray(item) && item.every(isReference)) return item.map((each) => referenceOf(what, each));
    throw new InputError(`${what}: expected [layer, node, tensor], got ${shown(item)}`);
  });
}

function checkNames(what: string, layers: readonly KerasLayer[]): void {
  const names = new Set<string>();
  for (const { name } of layers) {
    if (names.has(name))
      throw new InputError(`${what}: expected a different name for every layer, got "${name}" twice`);
    names.add(name);
  }
}
