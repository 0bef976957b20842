import { InputError, shown } from "../core/errors.ts";
import { type ConfigOf, checkedOptions, flag, type OptionSpec, type OptionsOf, optional } from "../core/options.ts";
import { batchShapeText, type Shape } from "../core/tensor.ts";
import type { Variable } from "../engine/variable.ts";
import { refuseInTraining } from "./in-training.ts";
import type { BuiltLayer, Layer, SymbolicTensor } from "./layer.ts";
import type { LayerType } from "./registry.ts";
import type { Regularizer } from "./regularizers.ts";
import { checkLayerSize } from "./sizes.ts";

const everyLayer = {
  /**
   * The layer's name, unique in a model, without "/"; weights are saved as `<name>/<weight>`. Default: the layer's
   * type, numbered from the model's second layer of that type on.
   */
  name: optional(layerName, undefined),
  /** Whether training changes the layer's weights; false freezes it: see {@link Layer.trainable}. Default true. */
  trainable: optional(flag, true),
};

/** Options of every layer. */
export interface LayerOptions extends OptionsOf<typeof everyLayer> {}

/** Makes a layer of one type from its options; the options may be left out where none is required. */
export type LayerMaker<Options> =
  Record<string, never> extends Options ? (options?: Options) => Layer : (options: Options) => Layer;

/** Throws an InputError in the layer's name: `[conv2d "C3"] expected ..., got ...`. */
export type Complain = (message: string) => never;

/** Output shape, weights, costs and program of a layer, from its complete options and the shapes of its inputs. */
type Build<Config> = (config: Config, inputs: readonly Shape[], complain: Complain, layer: Layer) => BuiltLayer;

/** Checks options against each other and fills in defaults that depend on other options. `what` is `[conv2d "C3"]`. */
type Complete<Given, Config> = (config: Given, what: string) => Config;

/**
 * Defines a type of layer. Returns a function that checks the options and makes a layer with them as its config; its
 * errors begin with the layer's type and name.
 * @param complete for options that depend on each other
 */
export function defineLayer<Spec extends OptionSpec, Config extends object = ConfigOf<Spec>>(
  type: LayerType,
  options: Spec,
  build: Build<Config>,
  complete?: Complete<ConfigOf<Spec>, Config>,
): LayerMaker<LayerOptions & OptionsOf<Spec>> {
  return defineAnyLayer(type, options, build, complete);
}

/** The same for a type that need not be the library's. */
export function defineAnyLayer<Spec extends OptionSpec, Config extends object = ConfigOf<Spec>>(
  type: string,
  options: Spec,
  build: Build<Config>,
  complete?: Complete<ConfigOf<Spec>, Config>,
): LayerMaker<LayerOptions & OptionsOf<Spec>> {
  // A type of layer may have another default of its own; messages list its own options first.
  const spec = { ...options, ...everyLayer, ...options };
  const isRequired = Object.values(options).some((option) => option.isRequired);
  // A layer with required options that is called without any reports the missing object.
  const make = (given: unknown = isRequired ? undefined : {}): Layer => {
    const what = prefix(type, (given as LayerOptions | undefined)?.name);
    const checked = checkedOptions<OptionSpec>(what, spec, given as never);
    const { name = "", trainable, ...config } = checked as { name?: string; trainable: boolean };
    const completed = complete ? complete(config as ConfigOf<Spec>, what) : (config as Config);
    return layerOf(type, { name, trainable }, completed, build, make);
  };
  return make as LayerMaker<LayerOptions & OptionsOf<Spec>>;
}

function layerOf<Config extends object>(
  type: string,
  given: { readonly name: string; readonly trainable: boolean },
  config: Config,
  build: Build<Config>,
  make: (given: unknown) => Layer,
): Layer {
  let trainable = given.trainable;
  const complain: Complain = (message) => {
    throw new InputError(`${prefix(type, layer.name)} ${message}`);
  };
  let builtFor: readonly Shape[] | undefined;
  let built: BuiltLayer | undefined;
  let output: SymbolicTensor | undefined;
  const call = (tensors: SymbolicTensor | readonly SymbolicTensor[], second?: unknown): SymbolicTensor => {
    // A number is no mistake: tensors.map(layer) passes the index.
    if (second !== undefined && typeof second !== "number")
      complain(`expected one argument, got ${shownArgument(second)} as second: write [a, b] for several inputs`);
    const inputs: readonly SymbolicTensor[] = Array.isArray(tensors) ? tensors : [tensors];
    for (const input of inputs) {
      if (typeof input === "function") complain("expected tensors, got a layer: call it with its inputs first");
      if (!input?.layer) complain(`expected tensors made by input() or another layer, got ${shown(input)}`);
    }
    const shapes = inputs.map((input) => input.shape);
    if (built && JSON.stringify(shapes) !== JSON.stringify(builtFor)) {
      complain(
        `expected input ${JSON.stringify(builtFor)} as in its first call, got ${JSON.stringify(shapes)}: make a second layer`,
      );
    }
    if (!built) {
      const { activityRegularizer } = config as { activityRegularizer?: Regularizer };
      const made = build(config, shapes, complain, layer);
      checkLayerSize(made, complain);
      built = { ...made, ...(activityRegularizer && { activityRegularizer }) };
      builtFor = shapes;
    }
    const tensor: SymbolicTensor = { shape: built.outputShape, layer, inputs };
    output ??= tensor;
    return tensor;
  };
  const layer = Object.assign(call, { type, config, variables: new Map<string, Variable>() }) as unknown as Layer;
  // A function has a `name` that assignment does not change; `built` and `output` are known after the first call only.
  Object.defineProperties(layer, {
    name: { value: given.name, writable: true },
    trainable: {
      enumerable: true,
      get: () => trainable,
      set(value: boolean) {
        refuseInTraining(`${prefix(type, layer.name)} trainable`, [layer]);
        trainable = flag(`${prefix(type, layer.name)} trainable`, value);
      },
    },
    built: { get: () => built ?? complain("expected to be called with its inputs first") },
    output: { get: () => output ?? complain("expected to be called with its inputs first") },
  });
  copies.set(layer, () => layerOf(type, { name: layer.name, trainable }, config, build, make));
  makers.set(layer, make);
  return layer;
}

/** For each layer, how to make another with the same options. */
const copies = new WeakMap<Layer, () => Layer>();

/** A layer with the same options and name, and weights of its own. */
export function copyOf(layer: Layer): Layer {
  return copies.get(layer)!();
}

/** For each layer, the function that made it. */
const makers = new WeakMap<Layer, (options: unknown) => Layer>();

/** A layer of the same type with other options. @throws InputError for options that do not fit the type */
export function layerLike(layer: Layer, options: object): Layer {
  return makers.get(layer)!(options);
}

function shownArgument(given: unknown): string {
  return typeof given === "object" && given !== null && "layer" in given ? "a tensor" : shown(given);
}

/** `[conv2d "C3"]`, or `[conv2d]` without a name. */
function prefix(type: string, name: unknown): string {
  return typeof name === "string" && name !== "" ? `[${type} ${JSON.stringify(name.slice(0, 60))}]` : `[${type}]`;
}

/** The most characters of the name of a layer. */
const MAX_NAME = 1000;

function layerName(what: string, name: string): string {
  // A longer name in a table would make each of its lines as long.
  if (name?.length > MAX_NAME)
    throw new InputError(`${what}: expected at most ${MAX_NAME} characters, got ${name.length}`);
  // In a model file, "optimizer/..." is the optimizer's state.
  if (typeof name !== "string" || name.includes("/") || name === "__metadata__" || name === "optimizer") {
    throw new InputError(`${what}: expected a text without "/", not "optimizer", got ${shown(name)}`);
  }
  return name;
}

/** The shape of the input of a layer with one input. */
export function single(inputs: readonly Shape[], complain: Complain): Shape {
  if (inputs.length !== 1) complain(`expected one input tensor, got ${inputs.length}`);
  return inputs[0]!;
}

/** The shape of the input of a layer that takes one image. */
export function singleImage(
  inputs: readonly Shape[],
  complain: Complain,
): [rows: number, columns: number, channels: number] {
  const shape = single(inputs, complain);
  if (shape.length !== 3)
    complain(`expected an image input [N, rows, columns, channels], got ${batchShapeText(shape)}`);
  return shape as [number, number, number];
}

/** The number of features of the input of a layer that takes one vector. */
export function singleVector(inputs: readonly Shape[], complain: Complain): number {
  const shape = single(inputs, complain);
  if (shape.length !== 1) {
    complain(`expected a vector input [N, features], got ${batchShapeText(shape)}: put flatten() before it`);
  }
  return shape[0]!;
}
