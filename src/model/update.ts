/**
 * The end of a training step, in Keras's order: penalties of weights, gradient accumulation, clipping, weight decay, the
 * optimizer's update, the average of the weights, constraints. What a model does not use writes no call.
 */
import { sizeOf } from "../core/tensor.ts";
import type { ProgramBuilder } from "../engine/builder.ts";
import type { GradientPart } from "../engine/gradient-plan.ts";
import { moved, type PendingCall, pendingCall } from "../engine/pending-call.ts";
import { type Place, STEP } from "../engine/program.ts";
import type { Variable } from "../engine/variable.ts";
import { axesWithin, type Constraint, projectionOf } from "../layers/constraints/table.ts";
import type { Layer, WeightSpec } from "../layers/layer.ts";
import { penaltyOf } from "../layers/regularizers.ts";
import { AVERAGE, decays, GRADIENT_SUM } from "../training/optimizers/every-optimizer.ts";
import { definitionOf, type Optimizer } from "../training/optimizers/table.ts";
import type { TrainingState } from "./core.ts";
import { variablesOf } from "./graph.ts";

/** Sums the gradients and updates the weights. */
export function emitUpdate(builder: ProgramBuilder, layers: readonly Layer[], optimizer: Optimizer): void {
  const specs = specsOf(layers);
  const parts = builder.gradientParts();
  const before = parts.map((part) => gradientCalls(builder, part, specs.get(part.variable)!, optimizer));
  const after = parts.map((part) => updateCalls(builder, part, parts, optimizer));
  if (optimizer.clipNorm !== undefined || optimizer.globalClipNorm !== undefined) {
    // A norm needs the sums of all parts.
    builder.pieces(before);
    builder.pieces(after);
  } else {
    // The same thread sums and updates a part, while it is in its cache.
    builder.pieces(before.map((calls, i) => [...calls, ...after[i]!]));
  }
  const projections = [...new Set(parts.map(({ variable }) => variable))].flatMap((variable) => {
    const { constraint } = specs.get(variable)!;
    return constraint ? constraintCalls(builder, variable, constraint) : [];
  });
  if (projections.length > 0) builder.pieces(projections.map((call) => [call]));
}

/** Sums the second derivatives of the loss, penalties included, into a slot of the optimizer. */
export function emitCurvature(builder: ProgramBuilder, layers: readonly Layer[], slot: string): void {
  const specs = specsOf(layers);
  builder.pieces(
    builder.gradientParts().map((part) => {
      const { variable, g, offset, count } = part;
      const penalty = 2 * (specs.get(variable)!.regularizer?.l2 ?? 0);
      const h = memoryOf(builder, slot, variable, offset);
      return [sum(part), pendingCall("keepCurvature", { h, g, count, penalty })];
    }),
  );
}

/** What the regularizers of trained weights add to the loss of every image. */
export function penaltyOfWeights(layers: readonly Layer[]): number {
  let penalty = 0;
  for (const [{ trainable, value }, { regularizer }] of specsOf(layers)) {
    if (trainable && regularizer) penalty += penaltyOf(regularizer, value);
  }
  return penalty;
}

/**
 * Before a program starts: the average of a trained weight that has none, since its layer was frozen so far, is the
 * weight itself, where the optimizer keeps averages.
 */
export function beginAverages(layers: readonly Layer[], { optimizer, memory }: TrainingState): void {
  if (!optimizer.useEma) return;
  for (const { trainable, path, value } of variablesOf(layers)) {
    const name = `${AVERAGE}/${path}`;
    if (trainable && !memory.has(name)) memory.set(name, value.slice());
  }
}

/** At the end of `fit`: the averages of trained weights, where the optimizer keeps them, become the weights. */
export function takeAverages(layers: readonly Layer[], { optimizer, memory }: TrainingState): void {
  if (!optimizer.useEma) return;
  for (const variable of variablesOf(layers)) {
    const average = variable.trainable ? memory.get(`${AVERAGE}/${variable.path}`) : undefined;
    if (!average) continue;
    variable.value.set(average);
    variable.version++;
  }
}

/** Copies the weights and the state of training; the result puts them back. */
export function savedState(layers: readonly Layer[], training: TrainingState): () => void {
  const weights = variablesOf(layers).map((variable) => [variable, variable.value.slice()] as const);
  const { iterations, optimizer } = training;
  const memory = new Map([...training.memory].map(([name, values]) => [name, values.slice()]));
  return () => {
    for (const [variable, value] of weights) {
      variable.value.set(value);
      variable.version++;
    }
    Object.assign(training, { iterations, optimizer });
    training.memory.clear();
    for (const [name, values] of memory) training.memory.set(name, values);
  };
}

/** The description of each weight. */
function specsOf(layers: readonly Layer[]): Map<Variable, WeightSpec> {
  return new Map(
    layers.flatMap(({ built, variables }) => built.weights.map((spec) => [variables.get(spec.name)!, spec] as const)),
  );
}

function memoryOf(builder: ProgramBuilder, slot: string, { path, shape }: Variable, offset: number, first = 0): Place {
  return moved(builder.memory(`${slot}/${path}`, sizeOf(shape), first), offset);
}

function sum({ g: gradients, count, squares, shards }: GradientPart): PendingCall {
  const stride = { runtime: "gradientBytes" } as const;
  return pendingCall("sumShards", { gradients, stride, shards, count, squares });
}

function gradientCalls(
  builder: ProgramBuilder,
  part: GradientPart,
  { regularizer }: WeightSpec,
  { gradientAccumulationSteps: steps }: Optimizer,
): PendingCall[] {
  const { variable, w, g, offset, count, squares } = part;
  const calls = [sum(part)];
  if (regularizer) {
    const exact = Math.min(count, sizeOf(variable.shape) - offset / 4);
    const penalty = builder.weightPenalty();
    calls.push(pendingCall("addPenalty", { w, g, count: exact, ...regularizer, penalty, squares }));
  }
  if (steps !== undefined) {
    const sums = memoryOf(builder, GRADIENT_SUM, variable, offset);
    calls.push(pendingCall("accumulateGradient", { g, sums, count, updates: STEP.updates, steps, squares }));
  }
  return calls;
}

function updateCalls(
  builder: ProgramBuilder,
  { variable, w, g, offset, count }: GradientPart,
  parts: readonly GradientPart[],
  optimizer: Optimizer,
): PendingCall[] {
  const { clipNorm, globalClipNorm, clipValue, weightDecay, gradientAccumulationSteps, useEma } = optimizer;
  const definition = definitionOf(optimizer);
  const slots = definition.slots(optimizer);
  const slot = (name: string): Place => {
    if (!slots.includes(name)) throw new Error(`${optimizer.type} uses a slot "${name}" that its slots() lacks`);
    return memoryOf(builder, name, variable, offset, definition.firstOf?.(optimizer, name));
  };
  const steps: PendingCall[] = [];
  const clip = (summed: readonly GradientPart[], limit: number, whole: 0 | 1) =>
    pendingCall("clipNorm", { g, count, squares: summed[0]!.squares, parts: summed.length, limit, whole });
  if (clipNorm !== undefined) {
    steps.push(
      clip(
        parts.filter((part) => part.variable === variable),
        clipNorm,
        0,
      ),
    );
  }
  if (globalClipNorm !== undefined) steps.push(clip(parts, globalClipNorm, 1));
  if (clipValue !== undefined) steps.push(pendingCall("clipValue", { g, count, limit: clipValue }));
  if (weightDecay && decays(optimizer, variable.path)) {
    steps.push(pendingCall("decayWeights", { w, count, rate: STEP.learningRate, decay: weightDecay }));
  }
  steps.push(definition.update(optimizer, { w, g, count, slot }));
  const calls = gradientAccumulationSteps ? steps.map((call) => ({ ...call, when: STEP.updates })) : steps;
  if (useEma) {
    const average = memoryOf(builder, AVERAGE, variable, offset);
    const { averageKeep: keep, overwrites } = STEP;
    calls.push(pendingCall("averageWeights", { w, average, count, keep, overwrites }));
  }
  return calls;
}

/** The most weights of one call of a constraint, so that threads can share the work. */
const CONSTRAINED = 8192;

function constraintCalls(builder: ProgramBuilder, variable: Variable, constraint: Constraint): PendingCall[] {
  const w = builder.variable(variable);
  const size = sizeOf(variable.shape);
  const projection = projectionOf(constraint);
  if (projection === "nonNegative") return [pendingCall("nonNegative", { w, count: Math.ceil(size / 4) * 4 })];
  const { axis, min: lowest, max: highest, rate } = projection;
  const groups = groupsAlong(variable.shape, axesWithin(axis, variable.shape)!);
  const members = groups[0]!.length;
  const together = Math.max(1, Math.floor(CONSTRAINED / members));
  const calls: PendingCall[] = [];
  for (let from = 0; from < groups.length; from += together) {
    const some = groups.slice(from, from + together);
    const order = builder.constant(some.flat());
    calls.push(pendingCall("constrainNorms", { w, order, groups: some.length, members, lowest, highest, rate }));
  }
  return calls;
}

/** The positions of a weight's numbers, those that differ along the axes only in one list. */
export function groupsAlong(shape: readonly number[], axes: readonly number[]): number[][] {
  const groups = new Map<number, number[]>();
  for (let position = 0; position < sizeOf(shape); position++) {
    let [key, rest] = [0, position];
    for (let axis = shape.length - 1, unit = 1; axis >= 0; axis--) {
      const length = shape[axis]!;
      if (!axes.includes(axis)) key += (rest % length) * unit;
      rest = Math.floor(rest / length);
      unit *= length;
    }
    const group = groups.get(key);
    if (group) group.push(position);
    else groups.set(key, [position]);
  }
  return [...groups.values()];
}
