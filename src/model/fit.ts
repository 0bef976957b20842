import { checkOptions, InputError, shown, wholeNumber } from "../core/errors.ts";
import { type Augment, augmentSteps } from "../data/augmentation/augmentations.ts";
import type { StepResult } from "../engine/messages.ts";
import type { BatchLogs, Callback, TrainingContext } from "../training/callbacks/callback.ts";
import { progressCallback, type Verbosity } from "../training/callbacks/progress.ts";
import { addEpoch, emptyHistory, type History, type Logs } from "../training/history.ts";
import { constant, learningRateAt } from "../training/schedules.ts";
import type { ModelCore, TrainingState } from "./core.ts";
import type { Batches, LabelledImages } from "./data.ts";
import { type Feed, feedOf } from "./feeds.ts";
import { variablesOf } from "./graph.ts";
import { addSteps, emptyTotals, means, type Totals } from "./inference.ts";

export interface FitOptions {
  /** Default 1. */
  readonly epochs?: number;
  /** Epochs that were done before: training goes on with the next one; default 0. */
  readonly initialEpoch?: number;
  /** Images in a batch; default 32. Streams bring their own. */
  readonly batchSize?: number;
  /**
   * Whether images are taken in a new order every epoch; default true. "once": in the same order every epoch, drawn from
   * the seed. Streams are taken as they come.
   */
  readonly shuffle?: boolean | "once";
  /**
   * Shows the training images distorted: `distortions()`, `elasticDistortion()`, a function of one's own, or a list of
   * these, applied in order. What becomes of an image depends on the seed, the epoch and its index (in a stream its
   * place) alone. Images for validation, and the data themselves, stay as they are. Default: none.
   */
  readonly augment?: Augment;
  /** Seed of shuffling, distortions and dropout; default 0. */
  readonly seed?: number;
  /** The last share of the images is kept for validation and never trained on; default 0. */
  readonly validationSplit?: number;
  /** Images for validation after every epoch. */
  readonly validationData?: LabelledImages | Batches;
  /** How much images of a class count in the loss; default 1 each. */
  readonly classWeight?: Readonly<Record<number, number>>;
  /** Batches in an epoch of a stream; default: until it ends. The next epoch goes on where this one stopped. */
  readonly stepsPerEpoch?: number;
  readonly callbacks?: readonly Callback[];
  /** 0: silent; 1 (default): a bar on a terminal, else a line an epoch; 2: a line an epoch. */
  readonly verbose?: Verbosity;
  /** Ends training after the present batches: the weights stay as they are, the unfinished epoch is not in the history. */
  readonly signal?: AbortSignal;
}

const optionNames: readonly (keyof FitOptions)[] = [
  ...(["epochs", "initialEpoch", "batchSize", "shuffle", "seed", "validationSplit", "validationData"] as const),
  ...(["augment", "classWeight", "stepsPerEpoch", "callbacks", "verbose", "signal"] as const),
];

/** Trains; see {@link FitOptions}. @throws InputError for data that do not fit the model */
export async function fit(
  core: ModelCore,
  training: TrainingState,
  data: LabelledImages | Batches,
  options: FitOptions,
  save: (path: string) => Promise<void>,
): Promise<History> {
  checkOptions("fit", options, optionNames);
  const { signal } = options;
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new InputError(`fit signal: expected an AbortSignal (of a controller, its signal), got ${shown(signal)}`);
  }
  if (options.augment !== undefined) augmentSteps("fit augment", options.augment);
  const epochs = wholeNumber("fit epochs", options.epochs ?? 1, 0);
  const initialEpoch = wholeNumber("fit initialEpoch", options.initialEpoch ?? 0, 0);
  if (core.isTraining)
    throw new InputError("fit: expected one call at a time, got another on a model that is training: await the first");
  core.isTraining = true;
  try {
    const feed = feedOf(core, training, data, options);
    const call = new FitCall(core, training, feed, { ...options, epochs }, save);
    return await call.run(initialEpoch, epochs);
  } finally {
    core.isTraining = false;
  }
}

/** One call of fit. */
class FitCall {
  private readonly training: TrainingState;
  private readonly feed: Feed;
  private readonly signal: AbortSignal | undefined;
  private readonly callbacks: readonly Callback[];
  /** Whether some callback wants to be asked after every batch. */
  private readonly exact: boolean;
  private readonly context: TrainingContext;
  private readonly history = emptyHistory();
  private stopped: string | undefined;

  constructor(
    core: ModelCore,
    training: TrainingState,
    feed: Feed,
    options: FitOptions & { epochs: number },
    save: (path: string) => Promise<void>,
  ) {
    this.training = training;
    this.feed = feed;
    this.signal = options.signal;
    this.callbacks = [...(options.callbacks ?? []), ...progressCallback(options.verbose ?? 1)];
    this.exact = this.callbacks.some((callback) => callback.onBatchEnd);
    this.context = this.contextOf(core, options.epochs, save);
  }

  async run(initialEpoch: number, epochs: number): Promise<History> {
    const begun: Callback[] = [];
    try {
      for (const callback of this.callbacks) {
        begun.push(callback);
        await callback.onTrainBegin?.(this.context);
      }
      for (let epoch = initialEpoch + 1; epoch <= epochs && this.goesOn; epoch++) await this.epoch(epoch);
    } catch (error) {
      // What follows must not hide why training failed.
      await this.end(begun).catch(() => {});
      throw error;
    }
    await this.end(begun);
    if (this.signal?.aborted) this.stopped = "aborted";
    if (this.stopped !== undefined) this.history.stopped = this.stopped;
    return this.history;
  }

  private get goesOn(): boolean {
    return this.stopped === undefined && !this.signal?.aborted;
  }

  private async epoch(epoch: number): Promise<void> {
    const { callbacks, context, training } = this;
    for (const callback of callbacks) await callback.onEpochBegin?.(epoch, context);
    const began = performance.now();
    const totals = emptyTotals(training.metrics);
    let batches = 0;
    await this.feed.epoch(epoch, this.exact, async (steps: readonly StepResult[]) => {
      addSteps(totals, steps);
      batches += steps.length;
      const logs = means(totals, training.metrics);
      const each = this.batchLogs(epoch, steps);
      for (const callback of callbacks) await callback.onBatches?.(each, context);
      for (const callback of callbacks) await callback.onProgress?.(batches, logs, context);
      if (this.exact) {
        await this.feed.bringBack();
        for (const callback of callbacks) await callback.onBatchEnd?.(batches - 1, logs, context);
      }
      return this.goesOn;
    });
    if (this.signal?.aborted) return;
    if (batches === 0) {
      throw new InputError(`fit: expected batches in epoch ${epoch}, got none: can the data be gone through again?`);
    }
    const logs = await this.epochLogs(totals, (performance.now() - began) / 1000);
    for (const callback of callbacks) await callback.onEpochEnd?.(epoch, logs, context);
    addEpoch(this.history, epoch, logs);
  }

  /** The batches of the run that has just ended. */
  private batchLogs(epoch: number, steps: readonly StepResult[]): BatchLogs[] {
    const { metrics, optimizer, iterations } = this.training;
    return steps.map((step, i) => {
      const iteration = iterations - steps.length + i;
      const own = emptyTotals(metrics);
      addSteps(own, [step]);
      return {
        epoch,
        iteration,
        logs: means(own, metrics),
        learningRate: learningRateAt(optimizer.learningRate, iteration),
        gradientNorm: step.gradientNorm ?? Number.NaN,
      };
    });
  }

  private async epochLogs(totals: Totals, seconds: number): Promise<Logs> {
    const { metrics, optimizer, iterations } = this.training;
    const learningRate = learningRateAt(optimizer.learningRate, Math.max(0, iterations - 1));
    return {
      ...means(totals, metrics),
      ...(await this.feed.validate()),
      learning_rate: learningRate,
      seconds,
      images_per_second: totals.images / seconds,
    };
  }

  /** Ends what has begun: every callback is told, and then the first failure is thrown. */
  private async end(begun: readonly Callback[]): Promise<void> {
    const failures: unknown[] = [];
    const tried = async (work: () => unknown) => {
      try {
        await work();
      } catch (error) {
        failures.push(error);
      }
    };
    await tried(() => this.feed.release());
    for (const callback of begun) await tried(() => callback.onTrainEnd?.(this.context));
    if (failures.length > 0) throw failures[0];
  }

  private contextOf(core: ModelCore, epochs: number, save: (path: string) => Promise<void>): TrainingContext {
    const { feed, training } = this;
    const variables = variablesOf(core.graph.layers);
    const stop = (reason: string) => {
      this.stopped ??= reason;
    };
    return {
      epochs,
      stepsPerEpoch: feed.steps,
      stop: (reason = "a callback asked for it") => stop(reason),
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
        await feed.bringBack();
        await save(path);
      },
    };
  }
}
