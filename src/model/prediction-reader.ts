import { exp } from "../core/elementary.ts";
import { classOf } from "../training/class-weight.ts";
import { addToConfusionMatrix, emptyConfusionMatrix } from "../training/confusion-matrix.ts";
import { activationOfLogits, definitionOf } from "../training/losses/table.ts";
import { bestClasses, margin, probabilitiesOfDistances, scoresOfUnit } from "../training/scores.ts";
import type { Predictions } from "./evaluation.ts";
import type { Graph } from "./graph.ts";
import type { Target } from "./objectives.ts";
import { outputsDistances } from "./programs.ts";
import { takesLogits } from "./training-programs.ts";

/** Reads predictions from a target's outputs. */
export class PredictionReader {
  /** The confusion matrix; only where it is wanted, since of 10,000 classes it has 100 million numbers. */
  readonly counts: number[][] | undefined;
  readonly predictions = noPredictions();
  readonly classNames: readonly string[];
  private readonly reading: Reading;
  private readonly classes: number;
  /** Of a single unit, whether it gives logits; undefined for several. */
  private readonly unitLogits: boolean | undefined;

  constructor(graph: Graph, target: Target, classNames: readonly string[], withMatrix: boolean) {
    this.classNames = classNames;
    this.unitLogits = target.classes === 1 ? activationOfLogits(target.loss, 1) !== undefined : undefined;
    this.classes = Math.max(2, target.classes);
    this.counts = withMatrix ? emptyConfusionMatrix(this.classes) : undefined;
    this.reading = readingOf(graph, target);
  }

  /** Counts the images, and where `keep` is set keeps their predictions. */
  read(scores: Float32Array, labels: ArrayLike<number>, keep: boolean): void {
    const isUnit = this.unitLogits !== undefined;
    const rows = isUnit ? scoresOfUnit(scores, this.unitLogits!) : scores;
    const classes = isUnit ? Int32Array.from(labels, (label) => (label >= 0.5 ? 1 : 0)) : labels;
    const some = predictionsOf(rows, classes, this.classes, this.reading);
    if (this.counts) addToConfusionMatrix(this.counts, some.labels, some.predicted);
    if (!keep) return;
    for (const name of ["labels", "predicted", "confidence", "margin"] as const)
      for (const value of some[name]) this.predictions[name].push(value);
  }
}

/** How a row of outputs becomes a prediction. */
interface Reading {
  readonly areDistances: boolean;
  /** The confidence in the predicted class, whose output is `best`. */
  confidence(row: Float32Array, best: number): number;
}

/** The reading that fits the loss. */
function readingOf(graph: Graph, target: Target): Reading {
  const { loss } = target;
  const areDistances = outputsDistances(target.tensor);
  // Of the best class alone, the softmax cannot overflow: no exponent is above 0.
  if (takesLogits(graph, target) || activationOfLogits(loss, target.classes) === "softmax")
    return { areDistances, confidence: (logits, best) => 1 / sumOfExponentials(logits, best) };
  if (areDistances)
    return {
      areDistances,
      confidence: (distances) => probabilitiesOfDistances(distances).reduce((a, b) => Math.max(a, b)),
    };
  // A unit's two scores are probabilities.
  if (target.classes === 1) return { areDistances, confidence: (_, best) => best };
  // The cross-entropy divides outputs by their sum to get probabilities.
  if (loss && definitionOf(loss).outputs === "probabilities")
    return { areDistances, confidence: (row, best) => best / row.reduce((sum, score) => sum + score, 0) };
  return { areDistances, confidence: (_, best) => best };
}

/** A loop, since `reduce` of a typed array takes seconds for thousands of classes. */
function sumOfExponentials(logits: Float32Array, best: number): number {
  let sum = 0;
  for (let k = 0; k < logits.length; k++) sum += exp(logits[k]! - best);
  return sum;
}

function noPredictions(): Predictions {
  return { labels: [], predicted: [], confidence: [], margin: [] };
}

function predictionsOf(
  scores: Float32Array,
  labels: ArrayLike<number>,
  classes: number,
  { areDistances, confidence }: Reading,
): Predictions {
  const predictions = noPredictions();
  bestClasses(scores, classes, areDistances).forEach((predicted, i) => {
    const row = scores.subarray(i * classes, (i + 1) * classes);
    predictions.labels.push(classOf(labels, i, classes));
    predictions.predicted.push(predicted);
    predictions.confidence.push(confidence(row, row[predicted]!));
    predictions.margin.push(margin(areDistances ? row.map((distance) => -distance) : row));
  });
  return predictions;
}
