import { InputError } from "../core/errors.ts";
import { sizeOf } from "../core/tensor.ts";
import { KernelRefused, ProgramBuilder } from "../engine/builder.ts";
import type { SymbolicTensor } from "../layers/layer.ts";
import { loadImages, storeValue } from "../ops/border.ts";
import { imageKernels } from "../ops/image.ts";
import { Tape, type Value } from "../ops/tape.ts";
import { emitLoss, isCrossEntropy, type LossName } from "../training/losses.ts";
import { type Optimizer, updateCall } from "../training/optimizers.ts";
import type { Graph } from "./graph.ts";

/** The images a program is written for. */
export interface ProgramInput {
  readonly batchSize: number;
  readonly threads: number;
  readonly scale: number;
  readonly bytesPerElement: 1 | 4;
}

/** A training step: forward, loss, backward, update. */
export function trainingProgram(
  graph: Graph,
  input: ProgramInput,
  loss: LossName,
  optimizer: Optimizer,
): ProgramBuilder {
  const { tape, values } = start(graph, input, true, loss);
  const output = values.get(graph.outputs[0]!)!;
  const gradient = emitLoss(tape, output, loss, takesLogits(graph, loss));
  if (!output.needsGradient) throw new InputError("fit: expected a model with weights to train, got one without");
  tape.backward(new Map([[output, gradient!]]));
  const { builder } = tape;
  builder.layer = undefined;
  builder.update((variable, w, g, offset, count) =>
    updateCall(optimizer, w, g, count, (slot) => {
      const place = builder.memory(`${slot}/${variable.path}`, sizeOf(variable.shape));
      return { ...place, at: place.at + offset };
    }),
  );
  return builder;
}

/** Forward and loss. */
export function evaluationProgram(
  graph: Graph,
  input: ProgramInput,
  loss: LossName,
  withOutputs: boolean,
): ProgramBuilder {
  const { tape, values } = start(graph, input, false, loss);
  const output = values.get(graph.outputs[0]!)!;
  emitLoss(tape, output, loss, takesLogits(graph, loss));
  if (withOutputs) storeValue(tape, output);
  return tape.builder;
}

/** Forward; all outputs are handed out. */
export function predictionProgram(
  graph: Graph,
  input: ProgramInput,
  layout: Tape["layout"] = "blocks",
): ProgramBuilder {
  const { tape, values } = start(graph, input, false, undefined, layout);
  for (const output of graph.outputs) storeValue(tape, values.get(output)!);
  return tape.builder;
}

/** Forward for one image by itself; undefined where a layer has no kernel for that. */
export function imageProgram(
  graph: Graph,
  input: Pick<ProgramInput, "scale" | "bytesPerElement">,
): ProgramBuilder | undefined {
  try {
    return predictionProgram(graph, { ...input, batchSize: 1, threads: 1 }, "image");
  } catch (error) {
    if (error instanceof KernelRefused) return undefined;
    throw error;
  }
}

/** Whether the loss is computed from what goes into the last softmax; its gradient is then exact and cannot overflow. */
export function takesLogits(graph: Graph, loss: LossName): boolean {
  return isCrossEntropy(loss) && graph.outputs[0]!.layer.built.endsInSoftmax === true;
}

function start(
  graph: Graph,
  { batchSize, threads, scale, bytesPerElement }: ProgramInput,
  training: boolean,
  loss?: LossName,
  layout: Tape["layout"] = "blocks",
): { tape: Tape; values: Map<SymbolicTensor, Value> } {
  const shape = graph.input.shape;
  const builder = new ProgramBuilder({
    ...{ batchSize, threads, training, input: { size: sizeOf(shape), bytesPerElement } },
    ...(layout === "image" && { kernels: imageKernels }),
  });
  const tape = new Tape(builder, layout);
  const values = new Map<SymbolicTensor, Value>([[graph.input, loadImages(tape, shape, scale)]]);
  for (const tensor of graph.tensors) {
    if (tensor === graph.input) continue;
    const { layer } = tensor;
    const inputs = tensor.inputs.map((input) => values.get(input)!);
    builder.layer = layer.name;
    const logits = loss !== undefined && tensor === graph.outputs[0] && takesLogits(graph, loss);
    values.set(
      tensor,
      layer.built.emit(tape, inputs, (name) => layer.variables.get(name)!, { logits }),
    );
  }
  builder.layer = undefined;
  return { tape, values };
}
