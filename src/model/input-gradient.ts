import { InputError, listed, shown } from "../core/errors.ts";
import { firstNotFinite } from "../core/finite.ts";
import { type Check, checkedOptions, flag, type OptionsOf, optional, required, text } from "../core/options.ts";
import { type Shape, sizeOf, type Tensor } from "../core/tensor.ts";
import type { ProgramBuilder } from "../engine/builder.ts";
import { CallingThreadExecutable } from "../engine/calling-thread.ts";
import type { Buffer } from "../engine/pending-call.ts";
import type { SymbolicTensor } from "../layers/layer.ts";
import { storeValue } from "../ops/border.ts";
import { blockConvolutions } from "../ops/conv2d/block-convolutions.ts";
import type { Convolutions } from "../ops/conv2d/convolutions.ts";
import { imageConvolutions } from "../ops/conv2d/one-image.ts";
import { keep, type ModelCore } from "./core.ts";
import { dataShape, imageSamples } from "./data.ts";
import type { Graph } from "./graph.ts";
import type { Each } from "./parts.ts";
import { type StoredImages, unlessRefused, writeForward } from "./programs.ts";

const place: Check<readonly number[]> = (what, given) => {
  if (Array.isArray(given) && given.every((at) => Number.isInteger(at) && at >= 0)) return given;
  throw new InputError(
    `${what}: expected whole numbers from 0 on, such as [row, column, channel], got ${shown(given)}`,
  );
};

const inputGradientOptions = {
  /** The name of the unit's layer. Required. */
  layer: required(text),
  /** The unit's place in the layer's output: `[row, column, channel]` or `[feature]`, from 0. Required. */
  unit: required(place),
  /**
   * Whether the softmax at the end of the layer is left out, so that the unit is a score, not a probability. A certain
   * network's probabilities hardly change with the image; its scores do. Default false.
   */
  logits: optional(flag as Check<boolean>, false),
};

/** Options of {@link Model.inputGradient}. */
export interface InputGradientOptions extends OptionsOf<typeof inputGradientOptions> {}

/** A unit's value and its gradient by each number of the image. */
export interface InputGradient<Gradient = Tensor<Float32Array>> {
  /** The unit's output. */
  readonly value: number;
  /**
   * How much the unit's output grows with each number that the network sees, that is, each of the image's times its
   * scale. In the shape of the input, without a batch axis; for several inputs, a list in the model's order.
   */
  readonly gradient: Gradient;
}

/** A unit's value and its gradients by the inputs. */
export async function inputGradient(
  core: ModelCore,
  image: Each<Tensor>,
  given: InputGradientOptions,
): Promise<InputGradient<Tensor<Float32Array>[]>> {
  const { layer, unit, logits } = checkedOptions("inputGradient", inputGradientOptions, given);
  const { graph } = core;
  const { count, inputs, source } = imageSamples(image, dataShape(graph));
  if (count !== 1) throw new InputError(`inputGradient: expected one image, got ${count}`);
  const tensor = tensorOf(graph, layer);
  if (logits && !tensor.layer.built.endsInSoftmax) {
    throw new InputError(`inputGradient logits: expected a layer that ends in softmax, got "${layer}": leave it out`);
  }
  const direction = new Float32Array(sizeOf(tensor.shape));
  const index = indexIn(tensor.shape, unit);
  direction[index] = 1;
  const key = JSON.stringify([layer, logits, ...inputs.map(({ bytesPerElement }) => bytesPerElement)]);
  let executable = core.gradients.get(key);
  if (!executable) {
    const blocks = () => gradientProgram(graph, tensor, inputs, logits, blockConvolutions);
    const builder = unlessRefused(() => gradientProgram(graph, tensor, inputs, logits, imageConvolutions)) ?? blocks();
    executable = CallingThreadExecutable.from(builder, core.numerics);
    keep(core.gradients, key, executable, executable);
  }
  const [values, ...gradients] = (await executable).run({
    ...source,
    inputs: [...source.inputs, direction],
    scales: [...source.scales, 1],
  });
  const wrong = [values!.subarray(index, index + 1), ...gradients].findIndex((each) => firstNotFinite(each) >= 0);
  if (wrong >= 0) {
    throw new InputError(
      `inputGradient: expected a finite ${wrong === 0 ? "output of the unit" : "gradient"}, got a number that is not: layerOutputs shows where the numbers become too large`,
    );
  }
  return {
    value: values![index]!,
    gradient: graph.inputs.map(({ shape }, i) => ({ shape, data: gradients[i]! })),
  };
}

/** The output of a layer's first call. */
function tensorOf({ tensors, layers }: Graph, name: string): SymbolicTensor {
  const found = tensors.find(({ layer }) => layer.name === name);
  if (found) return found;
  const names = layers.map((layer) => layer.name);
  throw new InputError(`inputGradient layer: expected ${listed(names)}, got ${shown(name)}`);
}

function indexIn(shape: Shape, unit: readonly number[]): number {
  if (unit.length !== shape.length || unit.some((at, axis) => at >= shape[axis]!)) {
    throw new InputError(
      `inputGradient unit: expected a place in an output of shape [${shape.join(", ")}], got [${unit.join(", ")}]`,
    );
  }
  return unit.reduce((index, at, axis) => index * shape[axis]! + at, 0);
}

/**
 * Forward pass to a tensor, and backward pass from a direction, which is a further input: the gradient of the tensor's
 * product with it. Stores the tensor, then the gradient by each input of the model.
 */
function gradientProgram(
  graph: Graph,
  tensor: SymbolicTensor,
  inputs: readonly StoredImages[],
  logits: boolean,
  convolutions: Convolutions,
) {
  const needed = new Set<SymbolicTensor>([tensor]);
  for (const each of graph.tensors.toReversed()) {
    if (needed.has(each)) for (const input of each.inputs) needed.add(input);
  }
  const { tape, values, direction } = writeForward(
    { ...graph, tensors: graph.tensors.filter((each) => needed.has(each)) },
    { inputs, batchSize: 1, threads: 1 },
    convolutions,
    { direction: tensor.shape, ...(logits && { logits: new Set([tensor]) }) },
  );
  const end = values.get(tensor)!;
  storeValue(tape, end);
  tape.backward([[end, direction!.buffer]]);
  tape.leave();
  for (const input of graph.inputs) {
    const value = values.get(input)!;
    storeValue(tape, { ...value, buffer: tape.gradientOf(value) ?? zeros(tape.builder, value.groups) });
  }
  return tape.builder;
}

/** The gradient by an input that the unit does not depend on. */
function zeros(builder: ProgramBuilder, groups: number): Buffer {
  const y = builder.buffer(groups);
  builder.call("clear", { y, count: groups });
  return y;
}
