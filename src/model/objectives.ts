import { InputError } from "../core/errors.ts";
import { batchShapeText, sizeOf } from "../core/tensor.ts";
import type { SymbolicTensor } from "../layers/layer.ts";
import { definitionOf, type Loss } from "../training/losses/table.ts";
import { type Metric, rankLimit } from "../training/metrics/table.ts";
import type { Graph } from "./graph.ts";

/** What `compile` set for one output of the model. */
export interface Objective {
  /** The loss, complete with its defaults; undefined: the output is not trained. */
  readonly loss: Loss | undefined;
  /** The factor of the loss in the sum over all outputs. */
  readonly lossWeight: number;
  /** The metrics, complete with their options, in the order given to `compile`. */
  readonly metrics: readonly Metric[];
}

/** An output with a loss or metrics, which needs labels. */
export interface Target extends Objective {
  /** The output's name, and its place among the model's outputs. */
  readonly name: string;
  /** What the names of its numbers begin with: "" for the only output, else "<name>_". */
  readonly prefix: string;
  readonly output: number;
  readonly tensor: SymbolicTensor;
  /** The number of scores for an image. */
  readonly classes: number;
  /**
   * "classes": labels are class numbers. "rows": rows of numbers, one for each score. "probabilities": such rows, from 0
   * to 1.
   */
  readonly labels: "classes" | "rows" | "probabilities";
  /** Whether one of the metrics reads the outputs; the engine counts the others. */
  readonly readsOutputs: boolean;
}

/** The outputs that need labels. @throws InputError for one that is no vector of scores */
export function targetsOf({ outputs, outputNames }: Graph, objectives: readonly Objective[]): Target[] {
  const all = objectives.map((objective, output): Target => {
    const { loss } = objective;
    const tensor = outputs[output]!;
    const classes = tensor.shape[tensor.shape.length - 1]!;
    // With one output, a label is 0 or 1: the number that the output should be.
    const kind = loss ? definitionOf(loss).targets : classes === 1 ? "rows" : "classes";
    const areShares = kind === "rows" && loss && definitionOf(loss).outputs === "probabilities";
    const labels = areShares ? "probabilities" : kind;
    const name = outputNames[output]!;
    const prefix = outputs.length > 1 ? `${name}_` : "";
    const readsOutputs = objective.metrics.some((metric) => rankLimit(metric, classes) === undefined);
    return { ...objective, name, prefix, output, tensor, classes, labels, readsOutputs };
  });
  const targets = all.filter(({ loss, metrics }) => loss || metrics.length > 0);
  for (const { tensor, classes } of targets) {
    const { shape, layer } = tensor;
    if (sizeOf(shape) === classes) continue;
    throw new InputError(
      `[${layer.type} "${layer.name}"] expected an output [N, classes] to train or evaluate, got ${batchShapeText(shape)}: end with flatten(), or with flatten() and dense() for scores`,
    );
  }
  return targets;
}
