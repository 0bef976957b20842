import { InputError } from "../core/errors.ts";
import { firstNotFinite } from "../core/finite.ts";
import { checkedOptions } from "../core/options.ts";
import { type Signal, unlessAborted } from "../core/signal.ts";
import { SourceHandle } from "../engine/source-handle.ts";
import { classReports } from "../training/class-report.ts";
import type { ModelCore, TrainingState } from "./core.ts";
import { type Batches, dataShape, type LabelledImages, labelledSamples, type Samples } from "./data.ts";
import { classNamesOf, type EvaluateConfig, type EvaluateOptions, evaluateOptions } from "./evaluate-options.ts";
import type { Evaluation, EvaluationOfSeveral } from "./evaluation.ts";
import { executableOf, PIECE, run } from "./executables.ts";
import { isBatches } from "./given-data.ts";
import { type Objective, type Target, targetsOf } from "./objectives.ts";
import { PredictionReader } from "./prediction-reader.ts";
import { ProgressLine, SHOWN } from "./progress-line.ts";
import { ranksOf, type ScoredStep, scoredSteps } from "./scored-steps.ts";
import { slicesOf } from "./slices.ts";
import { addSteps, emptyTotals, means } from "./totals.ts";
import { storedTargets } from "./training-programs.ts";
import { penaltyOfWeights } from "./update.ts";

/** A confusion matrix of so many classes takes 128 MB. */
const MAX_CLASSES = 4096;

/**
 * Evaluates images or batches.
 * @throws InputError for data that do not fit the model, for no images, and where the loss or an output is not finite
 */
export async function evaluate(
  core: ModelCore,
  data: LabelledImages | Batches,
  training: Pick<TrainingState, "objectives">,
  options: EvaluateOptions,
): Promise<Evaluation | EvaluationOfSeveral> {
  const wanted = checkedOptions("evaluate", evaluateOptions, options);
  return unlessAborted(() => evaluated(core, data, training, wanted), wanted.signal);
}

async function evaluated(
  core: ModelCore,
  data: LabelledImages | Batches,
  { objectives }: Pick<TrainingState, "objectives">,
  wanted: EvaluateConfig,
): Promise<Evaluation | EvaluationOfSeveral> {
  const targets = targetsOf(core.graph, objectives);
  const shape = dataShape(core.graph, targets);
  const totals = emptyTotals(targets);
  const classNames = classNamesOf(targets, wanted.classNames);
  if (wanted.confusionMatrix) checkMatrix(targets);
  const readers = targets.map(
    (target, t) => new PredictionReader(core.graph, target, classNames[t]!, wanted.confusionMatrix),
  );
  // Without a loss, only the outputs tell whether they are finite.
  const isRead = wanted.confusionMatrix || wanted.predictions;
  const scores = isRead || targets.some(({ loss }) => !loss);
  const isStream = isBatches(data);
  const { verbose, signal } = wanted;
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
      if (signal?.aborted) throw signal.reason;
      const handle = new SourceHandle(part.source);
      const range = { objectives, first: 0, count: part.count, scores, losses, signal };
      const result = await evaluateSamples(core, part, handle, range).finally(() => handle.release());
      await checkFinite(core, part, result, totals.images + first);
      const end = first + part.count;
      const isWhole = end % PIECE === 0 || end === samples.count;
      const sums = result.steps[result.steps.length - 1]!.targets.map(({ loss }) => loss);
      losses = isWhole ? targets.map(() => 0) : sums;
      addSteps(totals, isWhole ? result.steps : result.steps.map(withoutLoss));
      readers.forEach((reader, t) => {
        // A stream may be long: predictions are kept on request only.
        if (isRead) reader.read(result.scores[t]!, part.source.targets[t]!.labels, wanted.predictions);
      });
      progress.add(part.count);
    }
  }
  if (totals.images === 0) throw new InputError("evaluate: expected at least one batch, got none");
  const byName = <Part>(part: (reader: PredictionReader) => Part): Part | Record<string, Part> =>
    core.graph.outputs.length === 1
      ? part(readers[0]!)
      : Object.fromEntries(targets.map(({ name }, t) => [name, part(readers[t]!)]));
  const numbers = means(totals, targets) as Record<string, number> & { loss: number };
  progress?.end(numbers);
  return {
    ...numbers,
    ...(wanted.confusionMatrix && {
      confusionMatrix: byName(({ counts }) => counts!),
      perClass: byName(({ counts, classNames }) => classReports(counts!, classNames)),
    }),
    ...(wanted.predictions && { predictions: byName(({ predictions }) => predictions) }),
  } as Evaluation | EvaluationOfSeveral;
}

/** Refuses a matrix that would not fit in memory. */
function checkMatrix(targets: readonly Target[]): void {
  const classes = targets.reduce((most, target) => Math.max(most, target.classes), 0);
  if (classes <= MAX_CLASSES) return;
  const [most, given] = [MAX_CLASSES, classes].map((number) => number.toLocaleString("en-US"));
  throw new InputError(
    `evaluate confusionMatrix: expected at most ${most} classes, got ${given}: take predictions, and count the pairs that occur`,
  );
}

/** @throws NotFinite where a loss or an output is not finite; `first`: the number of the first image */
async function checkFinite(
  core: ModelCore,
  samples: Samples,
  { steps, scores }: { readonly steps: readonly ScoredStep[]; readonly scores: readonly Float32Array[] },
  first: number,
): Promise<void> {
  const loss = steps.reduce(
    (sum, { targets, penalty = 0 }) => targets.reduce((all, target) => all + target.loss, sum + penalty),
    0,
  );
  if (Number.isFinite(loss) && scores.every((each) => firstNotFinite(each) < 0)) return;
  const { badLoss } = await import("./not-finite.ts");
  throw await badLoss("evaluate", loss, core, samples, first);
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
    signal: Signal | undefined;
  },
): Promise<{ steps: readonly ScoredStep[]; scores: readonly Float32Array[] }> {
  const { objectives, first, count, scores = false, losses, signal } = options;
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
    signal,
  });
  const penalty = penaltyOfWeights(core.graph.layers);
  const penalized = steps.map((step) => ({ ...step, penalty: (step.penalty ?? 0) + step.images * penalty }));
  const stored = storedTargets(targets, scores);
  const read = { outputs, stored, source: handle, at: (image: number) => first + image };
  return { steps: scoredSteps(core.graph, targets, penalized, read), scores: outputs };
}
