/** Programs that compare outputs with labels: of training and of evaluation. A page that only predicts loads none. */
import { InputError } from "../core/errors.ts";
import type { ProgramBuilder } from "../engine/builder.ts";
import type { Buffer } from "../engine/pending-call.ts";
import { LANES } from "../engine/program.ts";
import type { SymbolicTensor } from "../layers/layer.ts";
import { penalizeActivity } from "../ops/activity-penalty.ts";
import { storeValue } from "../ops/border.ts";
import { blockConvolutions } from "../ops/conv2d/block-convolutions.ts";
import type { Convolutions } from "../ops/conv2d/convolutions.ts";
import { imageConvolutions } from "../ops/conv2d/one-image.ts";
import type { Tape, Value } from "../ops/tape.ts";
import { emitLoss } from "../training/losses/emit.ts";
import { definitionOf as lossDefinition } from "../training/losses/table.ts";
import type { Optimizer } from "../training/optimizers/table.ts";
import type { Graph } from "./graph.ts";
import { type Objective, type Target, targetsOf } from "./objectives.ts";
import { outputsDistances, type ProgramData, unlessRefused, writeForward } from "./programs.ts";
import { emitCurvature, emitUpdate } from "./update.ts";

/** A training step: forward, loss, backward, update. */
export function trainingProgram(
  graph: Graph,
  data: ProgramData,
  objectives: readonly Objective[],
  optimizer: Optimizer,
): ProgramBuilder {
  if (data.batchSize === 1) {
    const alone = unlessRefused(() =>
      training(graph, { ...data, threads: 1 }, objectives, optimizer, imageConvolutions),
    );
    if (alone) return alone;
  }
  return training(
    graph,
    { ...data, batchSize: Math.max(LANES, data.batchSize) },
    objectives,
    optimizer,
    blockConvolutions,
  );
}

function training(
  graph: Graph,
  data: ProgramData,
  objectives: readonly Objective[],
  optimizer: Optimizer,
  convolutions: Convolutions,
): ProgramBuilder {
  const { tape, values, targets } = start(graph, data, { training: true, objectives, convolutions });
  const { builder } = tape;
  backward(graph, tape, values, targets, storedTargets(targets, false));
  emitUpdate(builder, graph.layers, optimizer);
  return builder;
}

/** Computes the diagonal of the Gauss-Newton matrix, averaged over the batch, into a slot of the optimizer. */
export function curvatureProgram(
  graph: Graph,
  data: ProgramData,
  objectives: readonly Objective[],
  slot: string,
): ProgramBuilder {
  const { tape, values, targets } = start(graph, data, { training: true, objectives, curvature: true });
  // Second derivatives of distances need the first derivatives of all that reads them. A tape has the loss's only.
  const shared = targets.find(({ tensor }) => outputsDistances(tensor) && !isReadOnce(graph, tensor));
  if (shared) {
    throw new InputError(
      `fit: expected rbf units that nothing but their loss reads for this optimizer, got "${shared.name}": use another optimizer, such as "sgd"`,
    );
  }
  const { builder } = tape;
  backward(graph, tape, values, targets);
  emitCurvature(builder, graph.layers, slot);
  return builder;
}

function backward(
  graph: Graph,
  tape: Tape,
  values: ReadonlyMap<SymbolicTensor, Value>,
  targets: readonly Target[],
  stored: readonly Target[] = [],
): void {
  if (!targets.some(({ tensor, loss }) => loss && values.get(tensor)!.needsGradient)) {
    const frozen = graph.layers.some(({ trainable, built }) => !trainable && built.weights.length > 0);
    const got = frozen ? "one whose layers are frozen: set trainable = true on some" : "one without";
    throw new InputError(`fit: expected a model with weights to train, got ${got}`);
  }
  tape.backward(compare(graph, tape, values, targets, stored));
  tape.builder.layer = undefined;
}

/** Writes the losses and ranks of the targets, and stores some; in training, returns the gradients by the outputs. */
function compare(
  graph: Graph,
  tape: Tape,
  values: ReadonlyMap<SymbolicTensor, Value>,
  targets: readonly Target[],
  stored: readonly Target[],
): (readonly [Value, Buffer])[] {
  const ends = targets.map((target) => {
    const { tensor, loss, lossWeight } = target;
    if (stored.includes(target)) storeValue(tape, values.get(tensor)!);
    return emitLoss(tape, values.get(tensor)!, {
      loss,
      lossWeight,
      fromLogits: takesLogits(graph, target),
      outputsDistances: outputsDistances(tensor),
    });
  });
  return ends.filter((end) => end !== undefined);
}

/** A forward pass as in training, which stores the outputs of some layers. */
export function forwardProgram(
  graph: Graph,
  data: ProgramData,
  objectives: readonly Objective[],
  stored: readonly SymbolicTensor[],
): ProgramBuilder {
  const { tape, values } = start(graph, data, { training: true, objectives });
  for (const tensor of stored) storeValue(tape, values.get(tensor)!);
  return tape.builder;
}

/** Forward pass and losses; with `scores`, also stores the outputs that have labels. */
export function evaluationProgram(
  graph: Graph,
  data: ProgramData,
  objectives: readonly Objective[],
  scores: boolean,
): ProgramBuilder {
  const { tape, values, targets } = start(graph, data, { objectives });
  compare(graph, tape, values, targets, storedTargets(targets, scores));
  return tape.builder;
}

/** The targets whose outputs a program stores, in order: those that metrics read, or all. */
export function storedTargets(targets: readonly Target[], all: boolean): readonly Target[] {
  return targets.filter(({ readsOutputs }) => all || readsOutputs);
}

/**
 * Whether the loss is computed from logits, the inputs of the last softmax: its gradient then cannot overflow. An output
 * that a layer or another output reads too is needed itself.
 */
export function takesLogits(graph: Graph, { tensor, loss }: Pick<Target, "tensor" | "loss">): boolean {
  if (!loss || !lossDefinition(loss).joinsSoftmax || !tensor.layer.built.endsInSoftmax) return false;
  // The penalty of an activity needs the probabilities.
  if (tensor.layer.built.activityRegularizer) return false;
  return isReadOnce(graph, tensor);
}

/** Whether nothing but its own loss reads an output: no layer, and no other output. */
function isReadOnce(graph: Graph, tensor: SymbolicTensor): boolean {
  const readers = graph.tensors.filter(({ inputs }) => inputs.includes(tensor)).length;
  return readers === 0 && graph.outputs.filter((output) => output === tensor).length === 1;
}

/** The forward pass of a program that compares outputs with labels. */
function start(
  graph: Graph,
  data: ProgramData,
  {
    objectives,
    convolutions = blockConvolutions,
    ...options
  }: {
    readonly objectives: readonly Objective[];
    readonly training?: boolean;
    readonly convolutions?: Convolutions;
    readonly curvature?: boolean;
  },
): { tape: Tape; values: Map<SymbolicTensor, Value>; targets: Target[] } {
  const targets = targetsOf(graph, objectives);
  const logits = new Set(targets.filter((target) => takesLogits(graph, target)).map(({ tensor }) => tensor));
  return { ...writeForward(graph, data, convolutions, { ...options, logits, penalize: penalizeActivity }), targets };
}
