import { InputError } from "../core/errors.ts";
import { checkedOptions } from "../core/options.ts";
import type { Layer } from "../layers/layer.ts";
import type {
  BatchLogs,
  Callback,
  TrainedModel,
  TrainingContext,
  TrainingData,
  TrainingSettings,
} from "../training/callbacks/callback.ts";
import { progressCallback } from "../training/callbacks/progress.ts";
import { addEpoch, emptyHistory, type History, type Logs } from "../training/history.ts";
import { constant } from "../training/schedules/constant.ts";
import { learningRateAt } from "../training/schedules/table.ts";
import type { BatchSource } from "./batch-sources/batch-source.ts";
import { openBatchSource } from "./batch-sources/open.ts";
import type { ModelCore, TrainingState } from "./core.ts";
import type { Batches, LabelledImages } from "./data.ts";
import { type FitConfig, type FitOptions, fitOptions, type Signal } from "./fit-options.ts";
import { variablesOf } from "./graph.ts";
import { learnConfidence } from "./learn-confidence.ts";
import { type Target, targetsOf } from "./objectives.ts";
import { readingOfData } from "./reading.ts";
import type { ScoredStep } from "./scored-steps.ts";
import { addSteps, emptyTotals, means, type Totals } from "./totals.ts";
import { takeAverages } from "./update.ts";

/** The model as `fit` and its callbacks see it. */
export interface FittedModel extends TrainedModel {
  save(path: string): Promise<void>;
}

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
  const { trainImages, validationImages } = source;
  const classNames = "classNames" in data && Array.isArray(data.classNames) ? data.classNames : undefined;
  core.reading = readingOfData(data, core.reading);
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
  /** Whether a callback has the hook `onBatchEnd`: every run is then one batch. */
  private readonly exact: boolean;
  private readonly context: TrainingContext;
  private readonly history = emptyHistory();
  private stopped: string | undefined;

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
    this.callbacks = [...options.callbacks, ...progressCallback(options.verbose)];
    this.exact = this.callbacks.some((callback) => callback.onBatchEnd);
    this.context = this.contextOf(core, options, model, data);
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
    if (this.signal?.aborted) this.stopped = "aborted";
    await this.end(begun);
    if (!this.signal?.aborted) await learnConfidence();
    for (const callback of begun) await callback.onFitEnd?.(this.context);
    if (this.stopped !== undefined) this.history.stopped = this.stopped;
    return this.history;
  }

  private get isRunning(): boolean {
    return this.stopped === undefined && !this.signal?.aborted;
  }

  private async epoch(epoch: number): Promise<void> {
    const { callbacks, context, targets } = this;
    for (const callback of callbacks) await callback.onEpochBegin?.(epoch, context);
    const began = performance.now();
    const totals = emptyTotals(targets);
    let batches = 0;
    await this.source.epoch(epoch, this.exact, async (steps: readonly ScoredStep[]) => {
      addSteps(totals, steps);
      batches += steps.length;
      const logs = means(totals, targets);
      const each = this.batchLogs(epoch, steps);
      for (const callback of callbacks) await callback.onBatches?.(each, context);
      for (const callback of callbacks) await callback.onProgress?.(batches, logs, context);
      if (this.exact) {
        await this.source.bringBack();
        for (const callback of callbacks) await callback.onBatchEnd?.(batches - 1, logs, context);
      }
      return this.isRunning;
    });
    if (this.signal?.aborted) return;
    if (batches === 0) {
      throw new InputError(`fit: expected batches in epoch ${epoch}, got none: can its iterator be started again?`);
    }
    const logs = await this.epochLogs(totals, (performance.now() - began) / 1000);
    for (const callback of callbacks) await callback.onEpochEnd?.(epoch, logs, context);
    addEpoch(this.history, epoch, logs);
  }

  /** The numbers of each batch of the run that has just ended. */
  private batchLogs(epoch: number, steps: readonly ScoredStep[]): BatchLogs[] {
    const { optimizer, iterations } = this.training;
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

  private contextOf(core: ModelCore, options: FitConfig, model: FittedModel, data: TrainingData): TrainingContext {
    const { source, training } = this;
    const variables = variablesOf(core.graph.layers);
    const stop = (reason: string) => {
      this.stopped ??= reason;
    };
    const reason = () => this.stopped;
    return {
      model,
      settings: settingsOf(options, data),
      data,
      get stopped() {
        return reason();
      },
      epochs: options.epochs,
      stepsPerEpoch: source.steps,
      stop: (reason = "stopped by a callback") => stop(reason),
      get learningRate() {
        return learningRateAt(training.optimizer.learningRate, training.iterations);
      },
      set learningRate(rate) {
        training.optimizer = { ...training.optimizer, learningRate: constant(rate) };
      },
      getWeights: () => new Map(variables.map(({ path, value }) => [path, value.slice()])),
      setWeights(weights) {
        for (const variable of variables) {
          const value = weights.get(variable.path);
          if (!value) continue;
          variable.value.set(value);
          variable.version++;
        }
      },
      async save(path) {
        await source.bringBack();
        await model.save(path);
      },
    };
  }
}

function settingsOf(options: FitConfig, { trainImages }: TrainingData): TrainingSettings {
  const isStream = trainImages === undefined;
  const { epochs, initialEpoch, augment, seed, classWeight, stepsPerEpoch } = options;
  const { batchSize = 32, shuffle = true, validationSplit = 0 } = options;
  return {
    epochs,
    initialEpoch,
    batchSize: isStream ? undefined : batchSize,
    shuffle: isStream ? false : shuffle,
    augment,
    seed,
    validationSplit,
    classWeight,
    stepsPerEpoch,
  };
}
