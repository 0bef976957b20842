import { writeError } from "#platform";
import { InputError } from "../core/errors.ts";
import { checkedOptions } from "../core/options.ts";
import type { Layer } from "../layers/layer.ts";
import type { BatchLogs, Callback, TrainingContext, TrainingData } from "../training/callbacks/callback.ts";
import { progressCallback } from "../training/callbacks/progress.ts";
import { addEpoch, emptyHistory, type History, type Logs } from "../training/history.ts";
import { learningRateAt } from "../training/schedules/table.ts";
import type { BatchSource } from "./batch-sources/batch-source.ts";
import { openBatchSource } from "./batch-sources/open.ts";
import type { ModelCore, TrainingState } from "./core.ts";
import type { Batches, LabelledImages } from "./data.ts";
import { checkWeights, Diverged, keptText } from "./divergence.ts";
import { type FitConfig, type FitOptions, fitOptions, type Signal } from "./fit-options.ts";
import { learnConfidence } from "./learn-confidence.ts";
import { type Target, targetsOf } from "./objectives.ts";
import { readingOfData } from "./reading.ts";
import type { ScoredStep } from "./scored-steps.ts";
import { addSteps, emptyTotals, means, type Totals } from "./totals.ts";
import { type Asked, type FittedModel, trainingContext } from "./training-context.ts";
import { untilAborted } from "./until-aborted.ts";
import { savedState, takeAverages } from "./update.ts";

/** Trains; see {@link FitOptions}. @throws InputError for data that do not fit the model */
export async function fit(
  core: ModelCore,
  training: TrainingState,
  data: LabelledImages | Batches,
  given: FitOptions,
  model: FittedModel,
): Promise<History> {
  const options = checkedOptions("fit", fitOptions, given);
  const source = openBatchSource(core, training, data, options);
  checkWeights("fit", core.graph.layers);
  const { trainImages, validationImages } = source;
  const classNames = "classNames" in data && Array.isArray(data.classNames) ? data.classNames : undefined;
  core.reading = readingOfData(data, core.reading, core.graph.inputs[0]!.shape);
  const described = { trainImages, validationImages, classNames };
  const learn = () => learnConfidence(core, training, data, options);
  return new FitCall(core, training, source, options, model, described).run(options.initialEpoch, learn);
}

/** One call of fit. */
class FitCall {
  private readonly layers: readonly Layer[];
  private readonly training: TrainingState;
  private readonly targets: readonly Target[];
  private readonly source: BatchSource;
  private readonly signal: Signal | undefined;
  private readonly callbacks: readonly Callback[];
  private readonly verbose: boolean;
  /** Whether a callback has the hook `onBatchEnd`: every run is then one batch. */
  private readonly exact: boolean;
  private readonly asked: Asked = { stopped: undefined, diverged: false, batchesPerCall: undefined, work: new Set() };
  private readonly context: TrainingContext;
  private readonly history = emptyHistory();

  constructor(
    core: ModelCore,
    training: TrainingState,
    source: BatchSource,
    options: FitConfig,
    model: FittedModel,
    data: TrainingData,
  ) {
    this.layers = core.graph.layers;
    this.training = training;
    this.targets = targetsOf(core.graph, training.objectives);
    this.source = source;
    this.signal = options.signal;
    this.verbose = options.verbose > 0;
    this.callbacks = [...options.callbacks, ...progressCallback(options.verbose)];
    this.exact = this.callbacks.some((callback) => callback.onBatchEnd);
    this.context = trainingContext(core, training, { source, options, model, data }, this.asked);
  }

  /** @param learnConfidence called when the weights are final */
  async run(initialEpoch: number, learnConfidence: () => Promise<void>): Promise<History> {
    const begun: Callback[] = [];
    try {
      for (const callback of this.callbacks) {
        begun.push(callback);
        await callback.onTrainBegin?.(this.context);
      }
      for (let epoch = initialEpoch + 1; epoch <= this.context.epochs && this.isRunning; epoch++)
        await this.epoch(epoch);
    } catch (error) {
      // A failure at the end must not hide why training failed.
      await this.end(begun).catch(() => {});
      throw error;
    }
    takeAverages(this.layers, this.training);
    if (this.signal?.aborted) this.asked.stopped = "aborted";
    await this.end(begun);
    if (!this.signal?.aborted) await learnConfidence();
    for (const callback of begun) await callback.onFitEnd?.(this.context);
    if (this.asked.stopped !== undefined) this.history.stopped = this.asked.stopped;
    return this.history;
  }

  private get isRunning(): boolean {
    return this.asked.stopped === undefined && !this.signal?.aborted;
  }

  private async epoch(epoch: number): Promise<void> {
    const { callbacks, context, targets } = this;
    for (const callback of callbacks) await callback.onEpochBegin?.(epoch, context);
    const began = performance.now();
    const totals = emptyTotals(targets);
    let batches = 0;
    let paused = 0;
    const waited = async (hook: void | Promise<void>) => {
      if (hook === undefined) return;
      const from = performance.now();
      await this.unlessAborted(hook);
      paused += performance.now() - from;
    };
    const first = this.training.iterations;
    const restore = this.source.validationImages === 0 ? undefined : savedState(this.layers, this.training);
    const most = () => (this.exact ? 1 : (this.asked.batchesPerCall ?? Number.POSITIVE_INFINITY));
    const seen = async (steps: readonly ScoredStep[], iterations = this.training.iterations) => {
      addSteps(totals, steps);
      batches += steps.length;
      const logs = means(totals, targets);
      const each = this.batchLogs(epoch, steps, iterations);
      for (const callback of callbacks) await waited(callback.onBatches?.(each, context));
      for (const callback of callbacks) await waited(callback.onProgress?.(batches, logs, context));
      if (this.exact) {
        await this.source.bringBack();
        for (const callback of callbacks) await waited(callback.onBatchEnd?.(batches - 1, logs, context));
      }
      return this.isRunning;
    };
    const diverged = async (error: unknown) => {
      if (!(error instanceof Diverged)) throw error;
      const reason = error.reason(epoch, batches, this.training.iterations - first);
      if (error.steps.length > 0) await seen(error.steps, first + batches + error.steps.length);
      this.diverge(reason);
    };
    await this.source.epoch(epoch, most, seen).catch(diverged);
    if (this.signal?.aborted || this.asked.diverged) return;
    if (batches === 0) {
      throw new InputError(`fit: expected batches in epoch ${epoch}, got none: can its iterator be started again?`);
    }
    const logs = await this.epochLogs(totals, (performance.now() - began - paused) / 1000);
    if (logs.val_loss !== undefined && !Number.isFinite(logs.val_loss)) {
      restore?.();
      return this.diverge(`val_loss became ${logs.val_loss} in epoch ${epoch}; ${keptText(epoch, 0)}`);
    }
    for (const callback of callbacks) await callback.onEpochEnd?.(epoch, logs, context);
    addEpoch(this.history, epoch, logs);
  }

  /** Ends training whose numbers are no longer finite. */
  private diverge(reason: string): void {
    this.asked.stopped = reason;
    this.asked.diverged = true;
    if (this.verbose) writeError(`Warning: training ended: ${reason}. A smaller learning rate may help.\n`);
  }

  /** Waits for a hook until the signal aborts; what it has begun with the context is finished in any case. */
  private async unlessAborted(hook: Promise<void>): Promise<void> {
    await untilAborted(hook, this.signal);
    await Promise.allSettled(this.asked.work);
  }

  /** The numbers of each batch of the run that has just ended, after `iterations` batches. */
  private batchLogs(epoch: number, steps: readonly ScoredStep[], iterations: number): BatchLogs[] {
    const { optimizer } = this.training;
    return steps.map((step, i) => {
      const iteration = iterations - steps.length + i;
      const own = emptyTotals(this.targets);
      addSteps(own, [step]);
      return {
        epoch,
        iteration,
        logs: means(own, this.targets),
        learningRate: learningRateAt(optimizer.learningRate, iteration),
        gradientNorm: step.gradientNorm ?? Number.NaN,
      };
    });
  }

  private async epochLogs(totals: Totals, seconds: number): Promise<Logs> {
    const { optimizer, iterations } = this.training;
    const learningRate = learningRateAt(optimizer.learningRate, Math.max(0, iterations - 1));
    return {
      ...means(totals, this.targets),
      ...(await this.source.validate()),
      learning_rate: learningRate,
      seconds,
      images_per_second: totals.images / seconds,
    };
  }

  /** Calls `onTrainEnd` of every callback that began, also after a failure; then throws the first failure. */
  private async end(begun: readonly Callback[]): Promise<void> {
    const failures: unknown[] = [];
    const tried = async (work: () => unknown) => {
      try {
        await work();
      } catch (error) {
        failures.push(error);
      }
    };
    await tried(() => this.source.release());
    for (const callback of begun) await tried(() => callback.onTrainEnd?.(this.context));
    if (failures.length > 0) throw failures[0];
  }
}
