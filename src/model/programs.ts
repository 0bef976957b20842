import { InputError } from "../core/errors.ts";
import { sizeOf } from "../core/tensor.ts";
import { ProgramBuilder } from "../engine/builder.ts";
import { moved, pendingCall } from "../engine/pending-call.ts";
import { LANES, type Place } from "../engine/program.ts";
import type { Variable } from "../engine/variable.ts";
import type { SymbolicTensor } from "../layers/layer.ts";
import { loadImages, storeValue } from "../ops/border.ts";
import { OneImageRefused, Tape, type Value } from "../ops/tape.ts";
import { emitLoss } from "../training/losses/emit.ts";
import { type Loss, losses } from "../training/losses/table.ts";
import { definitionOf, type Optimizer } from "../training/optimizers/table.ts";
import type { Graph } from "./graph.ts";

/** The images a program is written for. */
export interface ProgramInput {
  readonly batchSize: number;
  readonly threads: number;
  readonly scale: number;
  readonly bytesPerElement: 1 | 4;
}

/** A training step: forward, loss, backward, update. */
export function trainingProgram(graph: Graph, input: ProgramInput, loss: Loss, optimizer: Optimizer): ProgramBuilder {
  if (input.batchSize === 1) {
    const alone = unlessRefused(() => training(graph, { ...input, threads: 1 }, loss, optimizer, "image"));
    if (alone) return alone;
  }
  return training(graph, { ...input, batchSize: Math.max(LANES, input.batchSize) }, loss, optimizer, "blocks");
}

function training(
  graph: Graph,
  input: ProgramInput,
  loss: Loss,
  optimizer: Optimizer,
  layout: Tape["layout"],
): ProgramBuilder {
  const { tape, values } = start(graph, input, { training: true, loss, layout });
  const { builder } = tape;
  backward(graph, tape, values, loss);
  const definition = definitionOf(optimizer);
  const slots = definition.slots(optimizer);
  builder.update((variable, w, g, offset, count) => {
    const slot = (name: string) => {
      if (!slots.includes(name)) throw new Error(`${optimizer.type} uses a slot "${name}" that its slots() lacks`);
      return memoryOf(builder, name, variable, offset);
    };
    return definition.update(optimizer, { w, g, count, slot });
  });
  return builder;
}

/** Computes the diagonal of the Gauss-Newton matrix, averaged over the batch, into a slot of the optimizer. */
export function curvatureProgram(graph: Graph, input: ProgramInput, loss: Loss, slot: string): ProgramBuilder {
  const { tape, values } = start(graph, input, { training: true, loss, curvature: true });
  const { builder } = tape;
  backward(graph, tape, values, loss);
  builder.update((variable, _, g, offset, count) =>
    pendingCall("keepCurvature", { h: memoryOf(builder, slot, variable, offset), g, count }),
  );
  return builder;
}

function backward(graph: Graph, tape: Tape, values: ReadonlyMap<SymbolicTensor, Value>, loss: Loss): void {
  const output = values.get(graph.outputs[0]!)!;
  for (const { name, built } of graph.layers) {
    if (built.activityRegularizer || built.weights.some((weight) => weight.regularizer || weight.constraint))
      throw new InputError(`fit: expected layers without regularizers and constraints, got "${name}"`);
  }
  if (!output.needsGradient) {
    const frozen = graph.layers.some(({ trainable, built }) => !trainable && built.weights.length > 0);
    const got = frozen ? "one whose layers are frozen: set trainable = true on some" : "one without";
    throw new InputError(`fit: expected a model with weights to train, got ${got}`);
  }
  tape.backward(emitLoss(tape, output, loss, lossOptions(graph, loss)));
  tape.builder.layer = undefined;
}

function memoryOf(builder: ProgramBuilder, slot: string, variable: Variable, offset: number): Place {
  return moved(builder.memory(`${slot}/${variable.path}`, sizeOf(variable.shape)), offset);
}

/** Forward pass and loss. */
export function evaluationProgram(graph: Graph, input: ProgramInput, loss: Loss, withOutputs: boolean): ProgramBuilder {
  const { tape, values } = start(graph, input, { loss });
  const output = values.get(graph.outputs[0]!)!;
  emitLoss(tape, output, loss, lossOptions(graph, loss));
  if (withOutputs) storeValue(tape, output);
  return tape.builder;
}

/** Forward pass; stores all outputs. */
export function predictionProgram(
  graph: Graph,
  input: ProgramInput,
  layout: Tape["layout"] = "blocks",
): ProgramBuilder {
  const { tape, values } = start(graph, input, { layout });
  for (const output of graph.outputs) storeValue(tape, values.get(output)!);
  return tape.builder;
}

/** Forward pass for one image by itself; undefined where a layer has no wasm kernel for that. */
export function imageProgram(
  graph: Graph,
  input: Pick<ProgramInput, "scale" | "bytesPerElement">,
): ProgramBuilder | undefined {
  return unlessRefused(() => predictionProgram(graph, { ...input, batchSize: 1, threads: 1 }, "image"));
}

/** The program, or undefined where a layer has no wasm kernel for one image by itself. */
function unlessRefused(write: () => ProgramBuilder): ProgramBuilder | undefined {
  try {
    return write();
  } catch (error) {
    if (error instanceof OneImageRefused) return undefined;
    throw error;
  }
}

/** Whether the loss is computed from logits, the inputs of the last softmax: its gradient then cannot overflow. */
export function takesLogits(graph: Graph, loss: Loss): boolean {
  return losses[loss.type].outputs === "probabilities" && graph.outputs[0]!.layer.built.endsInSoftmax === true;
}

/** Whether the outputs are distances: the smallest distance is the prediction. */
export function outputsDistances(graph: Graph): boolean {
  return graph.outputs[0]!.layer.built.outputsDistances === true;
}

function lossOptions(graph: Graph, loss: Loss): { fromLogits: boolean; outputsDistances: boolean } {
  return { fromLogits: takesLogits(graph, loss), outputsDistances: outputsDistances(graph) };
}

function start(
  graph: Graph,
  { batchSize, threads, scale, bytesPerElement }: ProgramInput,
  options: { training?: boolean; loss?: Loss; layout?: Tape["layout"]; curvature?: boolean },
): { tape: Tape; values: Map<SymbolicTensor, Value> } {
  const { training = false, loss } = options;
  const shape = graph.input.shape;
  const builder = new ProgramBuilder({ batchSize, threads, training, input: { size: sizeOf(shape), bytesPerElement } });
  const tape = new Tape(builder, options);
  const values = new Map<SymbolicTensor, Value>([[graph.input, loadImages(tape, shape, scale)]]);
  for (const tensor of graph.tensors) {
    if (tensor === graph.input) continue;
    const { layer } = tensor;
    const inputs = tensor.inputs.map((input) => values.get(input)!);
    tape.enter(layer.name, inputs, layer.variables.values());
    const logits = loss !== undefined && tensor === graph.outputs[0] && takesLogits(graph, loss);
    values.set(
      tensor,
      layer.built.emit(tape, inputs, (name) => layer.variables.get(name)!, { logits }),
    );
  }
  tape.leave();
  return { tape, values };
}
