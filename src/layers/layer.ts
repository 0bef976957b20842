import { InputError, shown } from "../core/errors.ts";
import type { Shape } from "../core/tensor.ts";
import type { Variable } from "../engine/variable.ts";
import type { Tape, Value } from "../ops/tape.ts";
import type { Fans, Initializer } from "./initializers.ts";

/** What a layer gives: a tensor without numbers yet. Layers are called with these to build the graph. */
export interface SymbolicTensor {
  /** Without the batch axis: [rows, columns, channels] or [features]. */
  readonly shape: Shape;
  readonly layer: Layer;
  /** What the layer was called with; empty for an input. */
  readonly inputs: readonly SymbolicTensor[];
}

/**
 * A layer, called with the tensors it reads: `conv2d({ filters: 6, kernelSize: 5 })(image)`. Called again, it reads
 * other tensors of the same shapes with the same weights.
 */
export interface Layer {
  (inputs: SymbolicTensor | readonly SymbolicTensor[]): SymbolicTensor;
  /** `"conv2d"`, `"dense"`, ... */
  readonly type: LayerType;
  /** Given, or set by the first model the layer is part of: its type, numbered from the second of a kind on. */
  name: string;
  /** The options, complete with their defaults, as JSON. */
  readonly config: LayerConfig;
  /** What its first call gave: `model({ inputs: net.inputs, outputs: net.getLayer("C3").output })` looks inside. */
  readonly output: SymbolicTensor;
  /** What the layer became by its first call. */
  readonly built: BuiltLayer;
  /** The weights' values, once a model has been made of the layer. */
  readonly variables: Map<string, Variable>;
}

export type LayerType =
  | "input"
  | "conv2d"
  | "dense"
  | "averagePooling2d"
  | "maxPooling2d"
  | "globalAveragePooling2d"
  | "flatten"
  | "activation"
  | "dropout"
  | "batchNormalization"
  | "zeroPadding2d"
  | "rescaling"
  | "concatenate"
  | "add"
  | "channelSlice"
  | "subsampling2d"
  | "rbf";

export type LayerConfig = Readonly<Record<string, unknown>>;

/** Options of every layer. */
export interface LayerOptions {
  /** The layer's name, unique in a model; default: its type, numbered. Weights are saved as `<name>/<weight>`. */
  readonly name?: string;
}

/** A layer whose input shapes are known. */
export interface BuiltLayer {
  readonly outputShape: Shape;
  readonly weights: readonly WeightSpec[];
  /** Links between units, biases included, as the paper counts them (1998, section II.B). */
  readonly connections: number;
  /** Multiply-adds for one image. */
  readonly macs: number;
  /** Writes the layer into a program. With `logits`, a softmax at its end is left out. */
  emit(tape: Tape, inputs: readonly Value[], weights: (name: string) => Variable, options: { logits: boolean }): Value;
  /** Whether the layer ends in a softmax that `logits` leaves out. */
  readonly endsInSoftmax?: boolean;
  /** Whether what it gives are distances, so that as an output the smallest wins. */
  readonly smallestWins?: boolean;
}

export interface WeightSpec {
  readonly name: string;
  readonly shape: Shape;
  readonly initializer: Initializer | { readonly values: readonly number[] };
  readonly fans: Fans;
  /** Default true; moving statistics are not. */
  readonly trainable?: boolean;
  /** How many of the weights exist; the others are 0 for good. Default: all. */
  readonly count?: number;
  /** Whether the weight at an index exists; default: all do. */
  readonly exists?: (index: number) => boolean;
}

/** Complains about a layer in one voice: `[conv2d "C3"] expected ..., got ...`. */
export type Complain = (message: string) => never;

/** Makes the layer from its options and what it does with inputs of given shapes. */
export function defineLayer(
  type: LayerType,
  options: LayerOptions,
  config: LayerConfig,
  build: (inputs: readonly Shape[], complain: Complain) => BuiltLayer,
): Layer {
  const complain: Complain = (message) => {
    throw new InputError(`[${type}${layer.name ? ` "${layer.name}"` : ""}] ${message}`);
  };
  let builtFor: readonly Shape[] | undefined;
  let built: BuiltLayer | undefined;
  let output: SymbolicTensor | undefined;
  const call = (given: SymbolicTensor | readonly SymbolicTensor[]): SymbolicTensor => {
    const inputs: readonly SymbolicTensor[] = Array.isArray(given) ? given : [given];
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
      built = build(shapes, complain);
      builtFor = shapes;
    }
    const tensor: SymbolicTensor = { shape: built.outputShape, layer, inputs };
    output ??= tensor;
    return tensor;
  };
  const layer = Object.assign(call, { type, config, variables: new Map<string, Variable>() }) as unknown as Layer;
  // Functions have a name of their own, which assignment does not change; the others are known only after the first call.
  Object.defineProperties(layer, {
    name: { value: checkedName(type, options.name), writable: true },
    built: { get: () => built ?? complain("expected to be called with its inputs first") },
    output: { get: () => output ?? complain("expected to be called with its inputs first") },
  });
  return layer;
}

function checkedName(type: LayerType, name = ""): string {
  // In a model file, "optimizer/..." is what the optimizer remembers.
  if (typeof name !== "string" || name.includes("/") || name === "__metadata__" || name === "optimizer") {
    throw new InputError(`[${type}] name: expected a text without "/", not "optimizer", got ${shown(name)}`);
  }
  return name;
}

/** The one input of a layer that takes one. */
export function single(inputs: readonly Shape[], complain: Complain): Shape {
  if (inputs.length !== 1) complain(`expected one input tensor, got ${inputs.length}`);
  return inputs[0]!;
}

/** The one input of a layer that works on images. */
export function singleImage(
  inputs: readonly Shape[],
  complain: Complain,
): [rows: number, columns: number, channels: number] {
  const shape = single(inputs, complain);
  if (shape.length !== 3)
    complain(`expected an image input [N, rows, columns, channels], got [N, ${shape.join(", ")}]`);
  return shape as [number, number, number];
}
