import { exp } from "../core/elementary.ts";
import { InputError, listed, shown } from "../core/errors.ts";
import { type Check, checkedOptions, flag, type OptionsOf, optional } from "../core/options.ts";
import { SourceHandle } from "../engine/executable.ts";
import type { SymbolicTensor } from "../layers/layer.ts";
import { type ClassReport, classReports } from "../training/class-report.ts";
import { classOf } from "../training/class-weight.ts";
import { addToConfusionMatrix, emptyConfusionMatrix } from "../training/confusion-matrix.ts";
import { definitionOf, takesLogitsByOption } from "../training/losses/table.ts";
import { bestClasses, margin, probabilitiesOfDistances, scoresOfUnit } from "../training/scores.ts";
import type { ModelCore, TrainingState } from "./core.ts";
import { type Batches, dataShape, isBatches, type LabelledImages, labelledSamples, type Samples } from "./data.ts";
import { executableOf, PIECE, run } from "./executables.ts";
import type { Graph } from "./graph.ts";
import { type Objective, type Target, targetsOf } from "./objectives.ts";
import { ProgressLine, passOptions, SHOWN } from "./pass-options.ts";
import { outputsDistances, storedTargets, takesLogits } from "./programs.ts";
import { ranksOf, type ScoredStep, scoredSteps } from "./scored-steps.ts";
import { slicesOf } from "./slices.ts";
import { addSteps, emptyTotals, means } from "./totals.ts";
import { penaltyOfWeights } from "./update.ts";

/** The prediction for every image, in order. Plain JSON. */
export interface Predictions {
  /** True classes. */
  readonly labels: number[];
  /**
   * Predicted classes: those with the highest score, or with the smallest distance. An output of a single unit is the
   * probability of class 1.
   */
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
  /** The share of outputs that are right when cut at a threshold; with the metric "binary_accuracy". */
  readonly binary_accuracy?: number;
  /** The share of positive outputs that are right; with the metric "precision". */
  readonly precision?: number;
  /** The share of positive targets that are found; with the metric "recall". */
  readonly recall?: number;
  /** The harmonic mean of precision and recall, averaged over the classes; with the metric "f1_score". */
  readonly f1_score?: number;
  /** The area under the ROC or PR curve; with the metric "auc". */
  readonly auc?: number;
  /** The mean distance of outputs from targets; with that metric. */
  readonly mean_absolute_error?: number;
  /** The mean squared distance of outputs from targets; with that metric. */
  readonly mean_squared_error?: number;
  /** counts[true class][predicted class]; on request. */
  readonly confusionMatrix?: readonly (readonly number[])[];
  /** Precision, recall and F1 of each class; with the confusion matrix. */
  readonly perClass?: readonly ClassReport[];
  /** The prediction for every image; on request. */
  readonly predictions?: Predictions;
  /** The share of images whose true class is among the k best scores, from 0 to 1; with that metric. */
  readonly [metric: `top_${number}_accuracy`]: number;
  /** A metric of another name, such as one's own: a number. */
  readonly [metric: string]: unknown;
}

/**
 * The result of {@link Model.evaluate} for a model with several outputs: the weighted sum of the losses, the loss and
 * the metrics of each output after its name, as in `digit_loss` and `digit_accuracy`, and by name of the output what the
 * options request.
 */
export interface EvaluationOfSeveral {
  /** The sum of the mean losses of the outputs, each times its weight. */
  readonly loss: number;
  /** For each output with labels, counts[true class][predicted class]; on request. */
  readonly confusionMatrix?: Readonly<Record<string, readonly (readonly number[])[]>>;
  /** For each output with labels, precision, recall and F1 of each class; with the confusion matrix. */
  readonly perClass?: Readonly<Record<string, readonly ClassReport[]>>;
  /** For each output with labels, the prediction for every image; on request. */
  readonly predictions?: Readonly<Record<string, Predictions>>;
  /** The mean loss of an output; where more than one has a loss. */
  readonly [loss: `${string}_loss`]: number;
  /** The accuracy of an output. */
  readonly [metric: `${string}_accuracy`]: number;
  /** Another metric of an output: a number. */
  readonly [metric: string]: unknown;
}

/** An {@link Evaluation} in which the parts that the options request are not optional. */
export type EvaluationWith<
  Options extends EvaluateOptions,
  Outputs = SymbolicTensor,
  Result extends Evaluation | EvaluationOfSeveral = Outputs extends readonly SymbolicTensor[]
    ? EvaluationOfSeveral
    : Evaluation,
> = Result &
  Required<
    Pick<
      Result,
      | (Options extends Readonly<Record<"confusionMatrix", true>> ? "confusionMatrix" | "perClass" : never)
      | (Options extends Readonly<Record<"predictions", true>> ? "predictions" : never)
    >
  >;

/** Names of classes by class number; for several outputs, by the name of the output. */
export type ClassNames = readonly string[] | Readonly<Record<string, readonly string[]>>;

const isNames = (given: unknown): given is readonly string[] =>
  Array.isArray(given) && given.every((name) => typeof name === "string");

const names: Check<ClassNames> = (what, given) => {
  const lists = typeof given === "object" && given !== null && !Array.isArray(given) ? Object.values(given) : [];
  if (isNames(given) || (lists.length > 0 && lists.every(isNames))) return given;
  throw new InputError(`${what}: expected a list of names, got ${shown(given)}`);
};

/** The names of each target's classes; an empty list for numbers. */
function classNamesOf(targets: readonly Target[], given: ClassNames): (readonly string[])[] {
  if (!isNames(given)) {
    const known = targets.map(({ name }) => name);
    const unknown = Object.keys(given).find((name) => !known.includes(name));
    if (unknown === undefined) return targets.map(({ name }) => given[name] ?? []);
    throw new InputError(`evaluate classNames: expected outputs with labels (${listed(known)}), got "${unknown}"`);
  }
  if (given.length === 0 || targets.length === 1) return targets.map(() => given);
  throw new InputError(
    `evaluate classNames: expected lists by output for a model with several, such as { ${targets[0]!.name}: [...] }, got one list`,
  );
}

const evaluateOptions = {
  /** Whether to return the confusion matrix, and precision, recall and F1 of each class. Default false. */
  confusionMatrix: optional(flag, false),
  /** Whether to return the prediction for every image. Default false. */
  predictions: optional(flag, false),
  /**
   * Names of the classes for `perClass`, by class number; for several outputs, such a list by the name of the output.
   * Default: the numbers.
   */
  classNames: optional(names, []),
  ...passOptions,
};

/** Options of {@link Model.evaluate}. */
export interface EvaluateOptions extends OptionsOf<typeof evaluateOptions> {}

/** Evaluates images or batches. @throws InputError for data that do not fit the model, and for no images */
export async function evaluate(
  core: ModelCore,
  data: LabelledImages | Batches,
  { objectives }: Pick<TrainingState, "objectives">,
  options: EvaluateOptions,
): Promise<Evaluation | EvaluationOfSeveral> {
  const wanted = checkedOptions("evaluate", evaluateOptions, options);
  const targets = targetsOf(core.graph, objectives);
  const shape = dataShape(core.graph, targets);
  const totals = emptyTotals(targets);
  const classNames = classNamesOf(targets, wanted.classNames);
  const readers = targets.map((target, t) => new Reader(core.graph, target, classNames[t]!));
  const scores = wanted.confusionMatrix || wanted.predictions;
  const isStream = isBatches(data);
  const { verbose } = wanted;
  if (isStream && wanted.batchSize !== undefined)
    throw new InputError("evaluate batchSize: expected images in memory, got data that come in batches: leave it out");
  const { batchSize = verbose === 1 ? SHOWN : Number.MAX_SAFE_INTEGER } = wanted;
  let progress: ProgressLine | undefined;
  for await (const batch of isStream ? data : [data]) {
    const samples = labelledSamples(batch, shape);
    progress ??= new ProgressLine("evaluate", verbose, isStream ? undefined : samples.count);
    // A sum depends on the order of its terms: losses are summed in pieces that do not depend on batchSize.
    let losses = targets.map(() => 0);
    for (const { samples: part, first } of slicesOf(samples, batchSize, PIECE)) {
      const handle = new SourceHandle(part.source);
      const range = { objectives, first: 0, count: part.count, scores, losses };
      const result = await evaluateSamples(core, part, handle, range).finally(() => handle.release());
      const end = first + part.count;
      const isWhole = end % PIECE === 0 || end === samples.count;
      const sums = result.steps[result.steps.length - 1]!.targets.map(({ loss }) => loss);
      losses = isWhole ? targets.map(() => 0) : sums;
      addSteps(totals, isWhole ? result.steps : result.steps.map(withoutLoss));
      readers.forEach((reader, t) => {
        // A stream may be long: predictions are kept on request only.
        if (scores) reader.read(result.scores[t]!, part.source.targets[t]!.labels, wanted.predictions);
      });
      progress.add(part.count);
    }
  }
  if (totals.images === 0) throw new InputError("evaluate: expected at least one batch, got none");
  const byName = <Part>(part: (reader: Reader) => Part): Part | Record<string, Part> =>
    core.graph.outputs.length === 1
      ? part(readers[0]!)
      : Object.fromEntries(targets.map(({ name }, t) => [name, part(readers[t]!)]));
  const numbers = means(totals, targets) as Record<string, number> & { loss: number };
  progress?.end(numbers);
  return {
    ...numbers,
    ...(wanted.confusionMatrix && {
      confusionMatrix: byName(({ counts }) => counts),
      perClass: byName(({ counts, classNames }) => classReports(counts, classNames)),
    }),
    ...(wanted.predictions && { predictions: byName(({ predictions }) => predictions) }),
  } as Evaluation | EvaluationOfSeveral;
}

/** A step whose loss is counted with those of a later one. */
function withoutLoss(step: ScoredStep): ScoredStep {
  return { ...step, targets: step.targets.map((target) => ({ ...target, loss: 0 })) };
}

/** The results of `count` images of a source; with `scores`, also each target's outputs, [count][classes]. */
export async function evaluateSamples(
  core: ModelCore,
  samples: Samples,
  handle: SourceHandle,
  options: {
    objectives: readonly Objective[];
    first: number;
    count: number;
    scores?: boolean;
    losses?: readonly number[];
  },
): Promise<{ steps: readonly ScoredStep[]; scores: readonly Float32Array[] }> {
  const { objectives, first, count, scores = false, losses } = options;
  const data = { batchSize: PIECE, threads: core.threads, inputs: samples.inputs };
  const executable = await executableOf(core, { type: "evaluate", data, objectives, scores });
  const targets = targetsOf(core.graph, objectives);
  const ranks = ranksOf(targets);
  const { steps, outputs } = await run(core, executable, {
    source: handle,
    count,
    first,
    batchSize: PIECE,
    ranks,
    losses,
  });
  const penalty = penaltyOfWeights(core.graph.layers);
  const penalized = steps.map((step) => ({ ...step, penalty: (step.penalty ?? 0) + step.images * penalty }));
  const stored = storedTargets(targets, scores);
  const read = { outputs, stored, source: handle, at: (image: number) => first + image };
  return { steps: scoredSteps(core.graph, targets, penalized, read), scores: outputs };
}

/** Reads predictions from a target's outputs. */
class Reader {
  readonly counts: number[][];
  readonly predictions = noPredictions();
  readonly classNames: readonly string[];
  private readonly reading: Reading;
  private readonly classes: number;
  /** Of a single unit, whether it gives logits; undefined for several. */
  private readonly unitLogits: boolean | undefined;

  constructor(graph: Graph, target: Target, classNames: readonly string[]) {
    this.classNames = classNames;
    this.unitLogits = target.classes === 1 ? isFromLogits(target) : undefined;
    this.classes = Math.max(2, target.classes);
    this.counts = emptyConfusionMatrix(this.classes);
    this.reading = readingOf(graph, target);
  }

  /** Counts the images, and where `keep` is set keeps their predictions. */
  read(scores: Float32Array, labels: ArrayLike<number>, keep: boolean): void {
    const isUnit = this.unitLogits !== undefined;
    const rows = isUnit ? scoresOfUnit(scores, this.unitLogits!) : scores;
    const classes = isUnit ? Int32Array.from(labels, (label) => (label >= 0.5 ? 1 : 0)) : labels;
    const some = predictionsOf(rows, classes, this.classes, this.reading);
    addToConfusionMatrix(this.counts, some.labels, some.predicted);
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

/** Whether the loss takes the outputs as logits because its option says so. */
function isFromLogits({ loss }: Target): boolean {
  return loss !== undefined && "fromLogits" in loss && loss.fromLogits === true;
}

/** The reading that fits the loss. */
function readingOf(graph: Graph, target: Target): Reading {
  const { loss } = target;
  const areDistances = outputsDistances(target.tensor);
  // Of the best class alone, the softmax cannot overflow: no exponent is above 0.
  if (takesLogits(graph, target) || (loss && takesLogitsByOption(loss) && !loss.type.startsWith("binary_")))
    return { areDistances, confidence: (logits, best) => 1 / logits.reduce((sum, z) => sum + exp(z - best), 0) };
  if (areDistances)
    return { areDistances, confidence: (distances) => Math.max(...probabilitiesOfDistances(distances)) };
  // A unit's two scores are probabilities.
  if (target.classes === 1) return { areDistances, confidence: (_, best) => best };
  // The cross-entropy divides outputs by their sum to get probabilities.
  if (loss && definitionOf(loss).outputs === "probabilities")
    return { areDistances, confidence: (row, best) => best / row.reduce((sum, score) => sum + score, 0) };
  return { areDistances, confidence: (_, best) => best };
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
