import { checkOptions, InputError, shown } from "../core/errors.ts";
import { type ConfigOf, checkDeclared, choice, flag, type OptionSpec, type OptionsOf } from "../core/options.ts";
import { batchShapeText, type Shape, sizeOf } from "../core/tensor.ts";
import { ProgramBuilder } from "../engine/builder.ts";
import { LANES } from "../engine/program.ts";
import type { Variable } from "../engine/variable.ts";
import { blockConvolutions } from "../ops/conv2d/block-convolutions.ts";
import { contentOf, type OpsTensor, operandOf, weightOperand } from "../ops/operand.ts";
import { Tape, type Value } from "../ops/tape.ts";
import { rememberLayerMaker } from "./custom-makers.ts";
import { type Complain, defineAnyLayer, type LayerMaker, type LayerOptions } from "./define-layer.ts";
import { initializer as checkedInitializer, type Fans, type Initializer } from "./initializers.ts";
import type { Layer, WeightSpec } from "./layer.ts";
import type { Probabilities } from "./probabilities.ts";
import { layers } from "./registry.ts";
import { checkWeightSizes } from "./sizes.ts";

/** A weight of a custom layer. */
export interface CustomWeight {
  /** At most three axes: `[units]`, `[features, units]`, `[rows, columns, channels]`. */
  readonly shape: Shape;
  /** Its initial values; default "glorot_uniform", as in Keras. */
  readonly initializer?: Initializer;
  /** Whether training changes it; default true. */
  readonly trainable?: boolean;
}

/** What `call` gets besides the inputs. */
export interface CustomLayerContext<Config> {
  /** The layer's options, complete with their defaults. */
  readonly options: Config;
  /** The layer's weights by their names. */
  readonly weights: Readonly<Record<string, OpsTensor>>;
  /** Whether the numbers are computed for training. */
  readonly training: boolean;
}

/** What {@link defineLayer} makes a type of layer of. */
export interface CustomLayerDefinition<Spec extends OptionSpec, Inputs extends "one" | "several"> {
  /** The options of the layer, declared with {@link option}. Default: none. */
  readonly options?: Spec;
  /** "one" (default): the layer reads one tensor. "several": it reads a list of at least one. */
  readonly inputs?: Inputs;
  /** The weights by their names, in the order of `getWeights`. Shapes have no batch axis. Default: none. */
  weights?(
    options: ConfigOf<Spec>,
    shape: Inputs extends "several" ? readonly Shape[] : Shape,
  ): Readonly<Record<string, CustomWeight>>;
  /** The output of the layer for one image, written with {@link ops}. Its shape is the layer's output shape. */
  call(
    x: Inputs extends "several" ? readonly OpsTensor[] : OpsTensor,
    context: CustomLayerContext<ConfigOf<Spec>>,
  ): OpsTensor;
  /** Whether the outputs are probabilities, which a cross-entropy needs; default: they are not. */
  readonly probabilities?: Probabilities;
}

/** Makes a custom layer. */
export type CustomLayerMaker<Spec extends OptionSpec> = LayerMaker<LayerOptions & OptionsOf<Spec>> & {
  /** The name of the type. */
  readonly type: string;
};

/**
 * Defines a type of custom layer. Returns a function that checks the options and makes the layer:
 *
 *     const scale = defineLayer("scale", {
 *       weights: (_, shape) => ({ factor: { shape: [shape.at(-1)], initializer: "ones" } }),
 *       call: (x, { weights }) => ops.multiply(x, weights.factor),
 *     });
 *     const scaled = scale({ name: "S1" })(image);
 *
 * Gradients follow from the operations. A saved model is loaded with `loadModel(file, { customObjects: [scale] })`.
 * @throws InputError for the name of a layer of the library, for a definition without `call`, and for one with
 * unknown properties
 */
export function defineLayer<
  const Spec extends OptionSpec = Record<never, never>,
  const Inputs extends "one" | "several" = "one",
>(type: string, definition: CustomLayerDefinition<Spec, Inputs>): CustomLayerMaker<Spec> {
  if (typeof type !== "string" || !/^[\w-]+$/.test(type))
    throw new InputError(`defineLayer: expected a name of letters, such as "squeezeExcite", got ${shown(type)}`);
  if (Object.hasOwn(layers, type))
    throw new InputError(`defineLayer: expected a name that the library does not have, got "${type}"`);
  const what = `defineLayer "${type}"`;
  checkOptions(what, definition, ["options", "inputs", "weights", "call", "probabilities"]);
  const { options = {} as Spec, weights, call, probabilities } = definition;
  if (typeof call !== "function")
    throw new InputError(`${what} call: expected a function of the input and the context, got ${shown(call)}`);
  if (weights !== undefined && typeof weights !== "function")
    throw new InputError(`${what} weights: expected a function of the options and the shape, got ${shown(weights)}`);
  checkDeclared(`${what} options`, options);
  for (const name of ["name", "trainable"]) {
    if (Object.hasOwn(options, name))
      throw new InputError(`${what} options: expected other names than "${name}", which every layer has`);
  }
  const inputs = choice(["one", "several"])(`${what} inputs`, definition.inputs ?? "one");
  if (probabilities !== undefined) choice(["softmax", "sigmoid"])(`${what} probabilities`, probabilities);

  const maker = defineAnyLayer(type, options, (config: ConfigOf<Spec>, shapes, complain) => {
    if (inputs === "one" && shapes.length !== 1) complain(`expected one input tensor, got ${shapes.length}`);
    const given = (inputs === "one" ? shapes[0] : shapes) as Parameters<NonNullable<typeof weights>>[1];
    const specs = weightSpecs(weights?.(config, given) ?? {}, complain);
    checkWeightSizes(specs, complain);
    const emit = (tape: Tape, values: readonly Value[], weightOf: (name: string) => Variable): Value => {
      const operands = values.map((value) => operandOf(tape, value));
      const byName = specs.map(({ name }) => [name, weightOperand(tape, weightOf(name))] as const);
      const x = (inputs === "one" ? operands[0] : operands) as Parameters<typeof call>[0];
      const context = { options: config, weights: Object.fromEntries(byName), training: tape.training };
      return contentOf("call", call(x, context)).value;
    };
    const count = specs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    return {
      outputShape: shapeOf(emit, shapes, specs, complain),
      weights: specs,
      connections: count,
      macs: specs.reduce((sum, { shape }) => sum + (shape.length > 1 ? sizeOf(shape) : 0), 0),
      probabilities,
      emit,
    };
  });
  const made = Object.assign(maker, { type }) as unknown as CustomLayerMaker<Spec>;
  rememberLayerMaker(made as unknown as ((options: never) => Layer) & { readonly type: string });
  return made;
}

function weightSpecs(weights: Readonly<Record<string, CustomWeight>>, complain: Complain): WeightSpec[] {
  return Object.entries(weights).map(([name, weight]) => {
    const what = `weight "${name}"`;
    refusedBy(complain, () => checkOptions(what, weight, ["shape", "initializer", "trainable"]));
    const { shape, initializer = "glorot_uniform", trainable = true } = weight;
    if (name === "" || name.includes("/")) complain(`${what}: expected a name without "/"`);
    const isShape =
      Array.isArray(shape) &&
      shape.length >= 1 &&
      shape.length <= 3 &&
      shape.every((size) => Number.isInteger(size) && size >= 1);
    if (!isShape) complain(`${what} shape: expected one to three whole numbers of at least 1, got ${shown(shape)}`);
    refusedBy(complain, () => {
      checkedInitializer(`${what} initializer`, initializer);
      flag(`${what} trainable`, trainable);
    });
    return { name, shape, initializer, trainable, fans: fansOf(shape) };
  });
}

/** Checks; an error is the layer's. */
function refusedBy(complain: Complain, check: () => void): void {
  try {
    check();
  } catch (error) {
    complain((error as Error).message);
  }
}

/** Fan in and fan out as Keras's compute_fans has them. */
function fansOf(shape: Shape): Fans {
  if (shape.length === 1) return { in: shape[0]!, out: shape[0]! };
  const [inputs, outputs] = shape.slice(-2) as [number, number];
  const field = sizeOf(shape.slice(0, -2));
  return { in: field * inputs, out: field * outputs };
}

/** The shape that the layer's program has, from a program that is thrown away. */
function shapeOf(
  emit: (tape: Tape, values: readonly Value[], weightOf: (name: string) => Variable) => Value,
  shapes: readonly Shape[],
  weights: readonly WeightSpec[],
  complain: Complain,
): Shape {
  const inputs = shapes.map((shape) => ({ size: sizeOf(shape), bytesPerElement: 4 as const }));
  const builder = new ProgramBuilder({ batchSize: LANES, threads: 1, training: false, inputs });
  const tape = new Tape(builder, blockConvolutions);
  const values = shapes.map((shape) => {
    const groups = tape.groups(shape);
    return { shape, groups, buffer: builder.buffer(groups), needsGradient: true };
  });
  const variables = new Map(
    weights.map(({ name, shape }) => {
      const value = new Float32Array(0);
      return [name, { path: name, shape, trainable: true, value, version: 0, newer: undefined }] as const;
    }),
  );
  try {
    const { shape } = emit(tape, values, (name) => variables.get(name)!);
    if (shape.length === 1 || shape.length === 3) return shape;
    return complain(`expected call to return [features] or [rows, columns, channels], got ${batchShapeText(shape)}`);
  } catch (error) {
    if (error instanceof InputError && !error.message.startsWith("[")) complain(error.message);
    throw error;
  }
}
