import { exp } from "../core/elementary.ts";
import { checkOptions, InputError } from "../core/errors.ts";
import type { Tensor } from "../core/tensor.ts";
import { CallingThreadExecutable } from "../engine/calling-thread.ts";
import { SourceHandle } from "../engine/executable.ts";
import type { StepResult } from "../engine/messages.ts";
import { type Loss, losses } from "../training/losses/table.ts";
import {
  bestClasses,
  type ClassReport,
  classReports,
  confusionMatrix,
  type MetricName,
  margin,
  probabilitiesOfDistances,
  rankLimit,
} from "../training/metrics.ts";
import { executableOf, type ModelCore, run } from "./core.ts";
import {
  type Batches,
  classOf,
  imageSamples,
  isBatches,
  type LabelledImages,
  labelledSamples,
  type Samples,
} from "./data.ts";
import { classCount, type Graph } from "./graph.ts";
import { evaluationProgram, imageProgram, outputsDistances, predictionProgram, takesLogits } from "./programs.ts";

/** Images handed to the engine at a time; the answers do not depend on it. */
const PIECE = 1024;

/** Sums over images, from which means are made. */
export interface Totals {
  images: number;
  loss: number;
  readonly hits: number[];
}

export function emptyTotals(metrics: readonly MetricName[]): Totals {
  return { images: 0, loss: 0, hits: metrics.map(() => 0) };
}

export function addSteps(totals: Totals, steps: readonly StepResult[]): void {
  for (const step of steps) {
    totals.images += step.images;
    totals.loss += step.loss;
    step.hits.forEach((hits, i) => {
      totals.hits[i]! += hits;
    });
  }
}

/** Means by Keras's names: `loss`, `accuracy`, ..., each behind `prefix`. */
export function means(totals: Totals, metrics: readonly MetricName[], prefix = ""): Record<string, number> {
  const logs: Record<string, number> = { [`${prefix}loss`]: totals.loss / totals.images };
  metrics.forEach((metric, i) => {
    logs[prefix + metric] = totals.hits[i]! / totals.images;
  });
  return logs;
}

/** Loss and metrics over some images of a source; with `scores`, the outputs (or logits) too, [count][classes]. */
export async function evaluateSamples(
  core: ModelCore,
  samples: Samples,
  handle: SourceHandle,
  options: { loss: Loss; metrics: readonly MetricName[]; first: number; count: number; scores?: boolean },
): Promise<{ totals: Totals; scores?: Float32Array }> {
  const { loss, metrics, first, count, scores = false } = options;
  const { scale, bytesPerElement } = samples;
  const batchSize = PIECE;
  const input = { batchSize, threads: core.threads, scale, bytesPerElement };
  const build = () => evaluationProgram(core.graph, input, loss, scores);
  const executable = await executableOf(core, ["evaluate", input, loss, scores], build);
  const ranks = metrics.map(rankLimit);
  const { steps, outputs } = await run(core, executable, { source: handle, count, first, batchSize, ranks });
  const totals = emptyTotals(metrics);
  addSteps(totals, steps);
  return { totals, ...(scores && { scores: outputs[0]! }) };
}

/** The answer for every image, in order. Plain JSON. */
export interface Predictions {
  /** True classes. */
  readonly labels: number[];
  /** The classes of the best scores: the highest, or of distances the smallest. */
  readonly predicted: number[];
  /**
   * How sure the network was of them: their probability (of distances y: e^-y over the sum of all); with the loss
   * "mean_squared_error" their score.
   */
  readonly confidence: number[];
  /** How far the best output is ahead of the second: what is rejected first where errors must be few (1998, Fig. 10). */
  readonly margin: number[];
}

/** What `evaluate` returns: loss and metrics by name, and on request who was taken for whom. */
export interface Evaluation {
  readonly loss: number;
  readonly accuracy?: number;
  /** counts[true class][predicted class]. */
  readonly confusionMatrix?: readonly (readonly number[])[];
  readonly perClass?: readonly ClassReport[];
  readonly predictions?: Predictions;
  readonly [metric: `top_${number}_accuracy`]: number;
}

/** An evaluation with what was asked for. */
export type EvaluationWith<Options extends EvaluateOptions> = Evaluation &
  (Options extends { readonly confusionMatrix: true }
    ? Required<Pick<Evaluation, "confusionMatrix" | "perClass">>
    : unknown) &
  (Options extends { readonly predictions: true } ? Required<Pick<Evaluation, "predictions">> : unknown);

export interface EvaluateOptions {
  /** Whether to count who was taken for whom, with precision, recall and F1 of each class; default false. */
  readonly confusionMatrix?: boolean;
  /** Whether to give the answer for every image; default false. */
  readonly predictions?: boolean;
  /** Names for the classes in that report; default their numbers. */
  readonly classNames?: readonly string[];
}

/** @throws InputError for data that do not fit the model, or that hold no images */
export async function evaluate(
  core: ModelCore,
  data: LabelledImages | Batches,
  training: { loss: Loss; metrics: readonly MetricName[] },
  options: EvaluateOptions,
): Promise<Evaluation> {
  checkOptions("evaluate", options, ["confusionMatrix", "predictions", "classNames"]);
  const { loss, metrics } = training;
  const classes = classCount(core.graph);
  const totals = emptyTotals(metrics);
  const answers: Predictions = { labels: [], predicted: [], confidence: [], margin: [] };
  const counts = confusionMatrix([], [], classes);
  const confidence = confidenceBy(core.graph, loss);
  const smallest = outputsDistances(core.graph);
  const scores = Boolean(options.confusionMatrix || options.predictions);
  for await (const batch of isBatches(data) ? data : [data]) {
    const samples = labelledSamples(batch, core.graph.input.shape, classes, loss);
    const handle = new SourceHandle(samples.source);
    const range = { loss, metrics, first: 0, count: samples.count, scores };
    const result = await evaluateSamples(core, samples, handle, range).finally(() => handle.release());
    addSteps(totals, [result.totals]);
    if (!result.scores) continue;
    const some = answersOf(result.scores, classes, { confidence, smallest }, samples);
    some.labels.forEach((label, i) => {
      counts[label]![some.predicted[i]!]!++;
    });
    // A stream may be long: what nobody asked for is not kept.
    if (!options.predictions) continue;
    for (const name of ["labels", "predicted", "confidence", "margin"] as const)
      for (const value of some[name]) answers[name].push(value);
  }
  if (totals.images === 0) throw new InputError("evaluate: expected at least one batch, got none");
  const logs = means(totals, metrics) as unknown as Evaluation;
  if (!scores) return logs;
  return {
    ...logs,
    ...(options.confusionMatrix && {
      confusionMatrix: counts,
      perClass: classReports(counts, options.classNames ?? []),
    }),
    ...(options.predictions && { predictions: answers }),
  };
}

function answersOf(
  scores: Float32Array,
  classes: number,
  how: { confidence: (scores: Float32Array, best: number) => number; smallest: boolean },
  { source }: Samples,
): Predictions {
  const answers: Predictions = { labels: [], predicted: [], confidence: [], margin: [] };
  bestClasses(scores, classes, how.smallest).forEach((predicted, i) => {
    const row = scores.subarray(i * classes, (i + 1) * classes);
    answers.labels.push(classOf(source.labels!, i, classes));
    answers.predicted.push(predicted);
    answers.confidence.push(how.confidence(row, row[predicted]!));
    answers.margin.push(margin(how.smallest ? row.map((distance) => -distance) : row));
  });
  return answers;
}

/** What becomes of the best score, as the loss understands scores. */
function confidenceBy(graph: Graph, loss: Loss): (scores: Float32Array, best: number) => number {
  // The softmax at the highest logit, or at the smallest distance, which cannot overflow.
  if (takesLogits(graph, loss)) return (logits, best) => 1 / logits.reduce((sum, z) => sum + exp(z - best), 0);
  if (outputsDistances(graph)) return (distances) => Math.max(...probabilitiesOfDistances(distances));
  // As the loss does, which takes them for probabilities but for their sum.
  if (losses[loss.type].outputs === "probabilities")
    return (scores, best) => best / scores.reduce((sum, score) => sum + score, 0);
  return (_, best) => best;
}

/** More multiply-adds than this, about a millisecond, are not for the thread that calls. */
const MOST_HERE = 10e6;

function isSmall({ layers }: Graph): boolean {
  return layers.reduce((sum, layer) => sum + layer.built.macs, 0) <= MOST_HERE;
}

/** What reads one image on the thread that calls; undefined where a layer cannot. */
function oneImage(
  core: ModelCore,
  scale: number,
  bytesPerElement: 1 | 4,
): Promise<CallingThreadExecutable | undefined> {
  const key = `${scale} ${bytesPerElement}`;
  let known = core.oneImage.get(key);
  if (!known) {
    const builder = imageProgram(core.graph, { scale, bytesPerElement });
    known = Promise.resolve(builder && CallingThreadExecutable.from(builder, core.numerics));
    core.oneImage.set(key, known);
  }
  return known;
}

/**
 * A function that reads one image at once, on the thread that calls: the first output's values. For drawing pads and
 * the like; takes what {@link predict} takes.
 * @throws InputError for a model with a layer that has no kernel for a single image
 */
export async function classifier(
  core: ModelCore,
  like: { readonly scale: number; readonly bytesPerElement: 1 | 4 },
): Promise<(image: Tensor) => Float32Array> {
  const here = await oneImage(core, like.scale, like.bytesPerElement);
  if (!here) {
    throw new InputError(
      "classifier: expected a model of convolutions, dense and pooling layers and activations, got another: use predict",
    );
  }
  return (image) => {
    const samples = imageSamples(image, core.graph.input.shape);
    if (samples.count !== 1 || samples.scale !== like.scale || samples.bytesPerElement !== like.bytesPerElement) {
      throw new InputError(
        `classifier: expected one image of ${like.bytesPerElement === 1 ? "bytes" : "floats"} with scale ${like.scale}, as it was made for, got ${samples.count} with scale ${samples.scale}`,
      );
    }
    return here.run(samples.source)[0]!;
  };
}

/** The outputs for a batch of images, one tensor for each output of the model. */
export async function predict(core: ModelCore, images: Tensor): Promise<Tensor<Float32Array>[]> {
  const samples = imageSamples(images, core.graph.input.shape);
  const { count, scale, bytesPerElement } = samples;
  const shapes = core.graph.outputs.map((output) => [count, ...output.shape]);
  if (count === 1 && isSmall(core.graph)) {
    const here = await oneImage(core, scale, bytesPerElement);
    if (here) return here.run(samples.source).map((data, i) => ({ shape: shapes[i]!, data }));
  }
  if (count === 0) return shapes.map((shape) => ({ shape, data: new Float32Array(0) }));
  const batchSize = PIECE;
  const input = { batchSize, threads: core.threads, scale, bytesPerElement };
  const handle = new SourceHandle(samples.source);
  try {
    const executable = await executableOf(core, ["predict", input], () => predictionProgram(core.graph, input));
    const { outputs } = await run(core, executable, { source: handle, count, batchSize });
    // A copy outside shared memory, which not every function of the platform accepts.
    return outputs.map((output, i) => ({ shape: shapes[i]!, data: Float32Array.from(output) }));
  } finally {
    handle.release();
  }
}
