import { exp } from "../core/elementary.ts";
import type { StepResult, TargetResult } from "../engine/messages.ts";
import type { SourceHandle } from "../engine/source-handle.ts";
import { activationOfLogits } from "../training/losses/table.ts";
import type { Scored } from "../training/metrics/metric.ts";
import { rankLimit } from "../training/metrics/table.ts";
import { probabilitiesOfDistances } from "../training/scores.ts";
import type { Graph } from "./graph.ts";
import type { Target } from "./objectives.ts";
import { outputsDistances } from "./programs.ts";
import { takesLogits } from "./training-programs.ts";

/** The results of a batch, with the outputs that metrics read. */
export interface ScoredStep extends StepResult {
  readonly targets: readonly (TargetResult & { readonly scored?: Scored })[];
}

/** For each target, the rank limits of the metrics that the engine counts. */
export function ranksOf(targets: readonly Target[]): number[][] {
  return targets.map(({ metrics, classes }) =>
    metrics.map((metric) => rankLimit(metric, classes)).filter((limit) => limit !== undefined),
  );
}

/**
 * Adds to each step the outputs and labels of the targets whose metrics read them.
 * @param outputs of each target that is stored, [images of all steps][classes]
 * @param at the number of the i-th image in the source
 */
export function scoredSteps(
  graph: Graph,
  targets: readonly Target[],
  steps: readonly StepResult[],
  {
    outputs,
    stored,
    source,
    at,
  }: {
    readonly outputs: readonly Float32Array[];
    readonly stored: readonly Target[];
    readonly source: SourceHandle;
    at(image: number): number;
  },
): ScoredStep[] {
  let first = 0;
  return steps.map((step) => {
    const begin = first;
    first += step.images;
    const scoredTargets = step.targets.map((result, t) => {
      const target = targets[t]!;
      if (!target.readsOutputs) return result;
      const { classes: width } = target;
      const own = outputs[stored.indexOf(target)]!.subarray(begin * width, first * width);
      const known = source.source.targets[t]!.labels;
      const columns = target.labels === "classes" ? 1 : width;
      const labels = new Float32Array(step.images * columns);
      for (let i = 0; i < step.images; i++) {
        const from = at(begin + i) * columns;
        for (let k = 0; k < columns; k++) labels[i * columns + k] = known[from + k]!;
      }
      const scored = { count: step.images, width, outputs: probabilities(graph, target, own), labels };
      return { ...result, scored };
    });
    return { ...step, targets: scoredTargets };
  });
}

/** The outputs as a user sees them: probabilities, also where the engine has logits or distances. */
function probabilities(graph: Graph, target: Target, outputs: Float32Array): Float32Array {
  const { classes: width } = target;
  if (outputsDistances(target.tensor)) return eachRow(outputs, width, probabilitiesOfDistances);
  const activation = takesLogits(graph, target) ? "softmax" : activationOfLogits(target.loss, width);
  if (activation === "sigmoid") return outputs.map((logit) => 1 / (1 + exp(-logit)));
  return activation === "softmax" ? eachRow(outputs, width, softmax) : outputs;
}

function eachRow(values: Float32Array, width: number, of: (row: Float32Array) => ArrayLike<number>): Float32Array {
  const result = new Float32Array(values.length);
  for (let at = 0; at < values.length; at += width) result.set(of(values.subarray(at, at + width)), at);
  return result;
}

function softmax(logits: Float32Array): number[] {
  const highest = logits.reduce((most, logit) => Math.max(most, logit), Number.NEGATIVE_INFINITY);
  const parts = Array.from(logits, (logit) => exp(logit - highest));
  const sum = parts.reduce((total, part) => total + part, 0);
  return parts.map((part) => part / sum);
}
