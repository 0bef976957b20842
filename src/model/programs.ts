import { type Shape, sizeOf } from "../core/tensor.ts";
import { ProgramBuilder } from "../engine/builder.ts";
import { LANES } from "../engine/program.ts";
import type { SymbolicTensor } from "../layers/layer.ts";
import type { Regularizer } from "../layers/regularizers.ts";
import { loadImages, storeValue } from "../ops/border.ts";
import type { Convolutions } from "../ops/conv2d/convolutions.ts";
import { imageConvolutions } from "../ops/conv2d/one-image.ts";
import { OneImageRefused, Tape, type Value } from "../ops/tape.ts";
import { followersIn } from "./followers.ts";
import type { Graph } from "./graph.ts";

/** The data a program is written for. */
export interface ProgramData {
  readonly batchSize: number;
  readonly threads: number;
  /** How the images of each input are stored. */
  readonly inputs: readonly StoredImages[];
}

/** How images are stored: as bytes or floats. */
export interface StoredImages {
  readonly bytesPerElement: 1 | 4;
}

/** Forward pass; stores all outputs. */
export function predictionProgram(graph: Graph, data: ProgramData, convolutions: Convolutions): ProgramBuilder {
  const { tape, values } = writeForward(graph, data, convolutions);
  for (const output of graph.outputs) storeValue(tape, values.get(output)!);
  return tape.builder;
}

/** Forward pass for one image by itself; undefined where a layer has no wasm kernel for that. */
export function imageProgram(graph: Graph, inputs: readonly StoredImages[]): ProgramBuilder | undefined {
  return unlessRefused(() => predictionProgram(graph, { inputs, batchSize: 1, threads: 1 }, imageConvolutions));
}

/** The program, or undefined where a layer has no wasm kernel for one image by itself. */
export function unlessRefused(write: () => ProgramBuilder): ProgramBuilder | undefined {
  try {
    return write();
  } catch (error) {
    if (error instanceof OneImageRefused) return undefined;
    throw error;
  }
}

/** Whether an output is distances: the smallest distance is the prediction. */
export function outputsDistances({ layer }: SymbolicTensor): boolean {
  return layer.built.outputsDistances === true;
}

/** Writes the forward pass; returns the value of every tensor, and of the direction where one is given. */
export function writeForward(
  graph: Graph,
  { batchSize, threads, inputs }: ProgramData,
  convolutions: Convolutions,
  options: {
    readonly training?: boolean;
    readonly curvature?: boolean;
    /** Outputs that are computed as logits, without their softmax. */
    readonly logits?: ReadonlySet<SymbolicTensor>;
    /** Adds the penalty of an activity to the loss; without it, penalties are left out. */
    readonly penalize?: (tape: Tape, value: Value, penalty: Regularizer) => Value;
    /** The shape of a further input, in which the backward calls compute gradients by the model's inputs. */
    readonly direction?: Shape;
  } = {},
): { tape: Tape; values: Map<SymbolicTensor, Value>; direction?: Value } {
  const { training = false, logits, penalize, direction } = options;
  const sizes = graph.inputs.map(({ shape }, i) => ({
    size: sizeOf(shape),
    bytesPerElement: inputs[i]!.bytesPerElement,
  }));
  if (direction) sizes.push({ size: sizeOf(direction), bytesPerElement: 4 });
  const lanes = convolutions.layout === "image" ? 1 : LANES;
  const builder = new ProgramBuilder({ batchSize, threads, training, lanes, inputs: sizes });
  const tape = new Tape(builder, convolutions, { ...options, byInputs: direction !== undefined });
  const values = new Map<SymbolicTensor, Value>();
  graph.inputs.forEach((input, i) => {
    values.set(input, loadImages(tape, i, input.shape));
  });
  const followersOf = followersIn(graph, penalize !== undefined);
  for (const tensor of graph.tensors) {
    if (values.has(tensor)) continue;
    const { layer } = tensor;
    const followers = followersOf(tensor);
    const read = tensor.inputs.map((input) => values.get(input)!);
    tape.enter(layer.name, read, layer.variables.values(), followers);
    const weights = (name: string) => layer.variables.get(name)!;
    const value = layer.built.emit(tape, read, weights, { logits: logits?.has(tensor) ?? false });
    const { activityRegularizer } = layer.built;
    values.set(tensor, penalize && activityRegularizer ? penalize(tape, value, activityRegularizer) : value);
    for (const taken of followers.taken) values.set(taken, value);
  }
  tape.leave();
  return { tape, values, ...(direction && { direction: loadImages(tape, inputs.length, direction) }) };
}
