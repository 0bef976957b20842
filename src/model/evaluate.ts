import { exp } from "../core/elementary.ts";
import { InputError, shown } from "../core/errors.ts";
import { type Check, checkedOptions, flag, type OptionsOf, optional } from "../core/options.ts";
import { SourceHandle } from "../engine/executable.ts";
import { type ClassReport, classReports } from "../training/class-report.ts";
import { addToConfusionMatrix, emptyConfusionMatrix } from "../training/confusion-matrix.ts";
import { type Loss, losses } from "../training/losses/table.ts";
import { type MetricName, rankLimit } from "../training/metrics/table.ts";
import { bestClasses, margin, probabilitiesOfDistances } from "../training/scores.ts";
import type { ModelCore } from "./core.ts";
import { type Batches, classOf, isBatches, type LabelledImages, labelledSamples, type Samples } from "./data.ts";
import { executableOf, PIECE, run } from "./executables.ts";
import { classCount, type Graph } from "./graph.ts";
import { outputsDistances, takesLogits } from "./programs.ts";
import { addSteps, emptyTotals, means, type Totals } from "./totals.ts";

/** The prediction for every image, in order. Plain JSON. */
export interface Predictions {
  /** True classes. */
  readonly labels: number[];
  /** Predicted classes: those with the highest score, or with the smallest distance. */
  readonly predicted: number[];
  /**
   * The probability of the predicted class (from distances y: the softmax of -y); with the loss "mean_squared_error"
   * its score.
   */
  readonly confidence: number[];
  /**
   * The gap between the best score and the second best; images with the smallest are rejected first (1998, Fig. 10).
   */
  readonly margin: number[];
}

/** The result of {@link Model.evaluate}: loss and metrics by name, on request the confusion matrix and predictions. */
export interface Evaluation {
  /** The mean loss of the images. */
  readonly loss: number;
  /** The share of images whose true class scores best, from 0 to 1; with the metric "accuracy". */
  readonly accuracy?: number;
  /** counts[true class][predicted class]; on request. */
  readonly confusionMatrix?: readonly (readonly number[])[];
  /** Precision, recall and F1 of each class; with the confusion matrix. */
  readonly perClass?: readonly ClassReport[];
  /** The prediction for every image; on request. */
  readonly predictions?: Predictions;
  /** The share of images whose true class is among the k best scores, from 0 to 1; with that metric. */
  readonly [metric: `top_${number}_accuracy`]: number;
}

/** An {@link Evaluation} in which the parts that the options request are not optional. */
export type EvaluationWith<Options extends EvaluateOptions> = Evaluation &
  Required<
    Pick<
      Evaluation,
      | (Options extends Readonly<Record<"confusionMatrix", true>> ? "confusionMatrix" | "perClass" : never)
      | (Options extends Readonly<Record<"predictions", true>> ? "predictions" : never)
    >
  >;

const names: Check<readonly string[]> = (what, given) => {
  if (Array.isArray(given) && given.every((name) => typeof name === "string")) return given;
  throw new InputError(`${what}: expected a list of names, got ${shown(given)}`);
};

const evaluateOptions = {
  /** Whether to return the confusion matrix, and precision, recall and F1 of each class. Default false. */
  confusionMatrix: optional(flag, false),
  /** Whether to return the prediction for every image. Default false. */
  predictions: optional(flag, false),
  /** Names of the classes for `perClass`, by class number. Default: the numbers. */
  classNames: optional(names, []),
};

/** Options of {@link Model.evaluate}. */
export interface EvaluateOptions extends OptionsOf<typeof evaluateOptions> {}

/** Evaluates images or batches. @throws InputError for data that do not fit the model, and for no images */
export async function evaluate(
  core: ModelCore,
  data: LabelledImages | Batches,
  training: { loss: Loss; metrics: readonly MetricName[] },
  options: EvaluateOptions,
): Promise<Evaluation> {
  const wanted = checkedOptions("evaluate", evaluateOptions, options);
  const { loss, metrics } = training;
  const classes = classCount(core.graph);
  const totals = emptyTotals(metrics);
  const predictions = noPredictions();
  const counts = emptyConfusionMatrix(classes);
  const reading = readingOf(core.graph, loss);
  const scores = wanted.confusionMatrix || wanted.predictions;
  for await (const batch of isBatches(data) ? data : [data]) {
    const samples = labelledSamples(batch, core.graph.input.shape, classes, loss);
    const handle = new SourceHandle(samples.source);
    const range = { loss, metrics, first: 0, count: samples.count, scores };
    const result = await evaluateSamples(core, samples, handle, range).finally(() => handle.release());
    addSteps(totals, [result.totals]);
    if (!result.scores) continue;
    const some = predictionsOf(result.scores, classes, reading, samples);
    addToConfusionMatrix(counts, some.labels, some.predicted);
    // A stream may be long: predictions are kept on request only.
    if (!wanted.predictions) continue;
    for (const name of ["labels", "predicted", "confidence", "margin"] as const)
      for (const value of some[name]) predictions[name].push(value);
  }
  if (totals.images === 0) throw new InputError("evaluate: expected at least one batch, got none");
  return {
    ...(means(totals, metrics) as Record<string, number> & { loss: number }),
    ...(wanted.confusionMatrix && { confusionMatrix: counts, perClass: classReports(counts, wanted.classNames) }),
    ...(wanted.predictions && { predictions }),
  };
}

/** Loss and metrics of `count` images of a source; with `scores`, also the outputs (or logits), [count][classes]. */
export async function evaluateSamples(
  core: ModelCore,
  samples: Samples,
  handle: SourceHandle,
  options: { loss: Loss; metrics: readonly MetricName[]; first: number; count: number; scores?: boolean },
): Promise<{ totals: Totals; scores?: Float32Array }> {
  const { loss, metrics, first, count, scores = false } = options;
  const { scale, bytesPerElement } = samples;
  const input = { batchSize: PIECE, threads: core.threads, scale, bytesPerElement };
  const executable = await executableOf(core, { type: "evaluate", input, loss, scores });
  const ranks = metrics.map(rankLimit);
  const { steps, outputs } = await run(core, executable, { source: handle, count, first, batchSize: PIECE, ranks });
  const totals = emptyTotals(metrics);
  addSteps(totals, steps);
  return { totals, ...(scores && { scores: outputs[0]! }) };
}

/** How a row of outputs becomes a prediction. */
interface Reading {
  readonly areDistances: boolean;
  /** The confidence in the predicted class, whose output is `best`. */
  confidence(row: Float32Array, best: number): number;
}

/** The reading that fits the loss. */
function readingOf(graph: Graph, loss: Loss): Reading {
  const areDistances = outputsDistances(graph);
  // Of the best class alone, the softmax cannot overflow: no exponent is above 0.
  if (takesLogits(graph, loss))
    return { areDistances, confidence: (logits, best) => 1 / logits.reduce((sum, z) => sum + exp(z - best), 0) };
  if (areDistances)
    return { areDistances, confidence: (distances) => Math.max(...probabilitiesOfDistances(distances)) };
  // The cross-entropy divides outputs by their sum to get probabilities.
  if (losses[loss.type].outputs === "probabilities")
    return { areDistances, confidence: (row, best) => best / row.reduce((sum, score) => sum + score, 0) };
  return { areDistances, confidence: (_, best) => best };
}

function noPredictions(): Predictions {
  return { labels: [], predicted: [], confidence: [], margin: [] };
}

function predictionsOf(
  scores: Float32Array,
  classes: number,
  { areDistances, confidence }: Reading,
  { source }: Samples,
): Predictions {
  const predictions = noPredictions();
  bestClasses(scores, classes, areDistances).forEach((predicted, i) => {
    const row = scores.subarray(i * classes, (i + 1) * classes);
    predictions.labels.push(classOf(source.labels!, i, classes));
    predictions.predicted.push(predicted);
    predictions.confidence.push(confidence(row, row[predicted]!));
    predictions.margin.push(margin(areDistances ? row.map((distance) => -distance) : row));
  });
  return predictions;
}
