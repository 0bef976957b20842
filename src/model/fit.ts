import { InputError, wholeNumber } from "../core/errors.ts";
import { random } from "../core/random.ts";
import { SourceHandle } from "../engine/executable.ts";
import type { StepResult } from "../engine/messages.ts";
import { MAX_STEPS } from "../engine/program.ts";
import type { Callback, TrainingContext } from "../training/callbacks/callback.ts";
import { progressCallback, type Verbosity } from "../training/callbacks/progress.ts";
import { addEpoch, emptyHistory, type History, type Logs } from "../training/history.ts";
import { constant, learningRateAt } from "../training/schedules.ts";
import type { ModelCore, TrainingState } from "./core.ts";
import { type Batches, isBatches, type LabelledImages, labelledSamples, trainCount } from "./data.ts";
import { classCount, variablesOf } from "./graph.ts";
import { addSteps, emptyTotals, evaluate, evaluateSamples, means, type Totals } from "./inference.ts";
import { Trainer } from "./trainer.ts";

export interface FitOptions {
  /** Default 1. */
  readonly epochs?: number;
  /** Epochs that were done before: training goes on with the next one; default 0. */
  readonly initialEpoch?: number;
  /** Images in a batch; default 32. Streams bring their own. */
  readonly batchSize?: number;
  /** Whether images are taken in a new order every epoch; default true. Streams are taken as they come. */
  readonly shuffle?: boolean;
  /** Seed of shuffling and dropout; default 0. */
  readonly seed?: number;
  /** The last share of the images is kept for validation and never trained on; default 0. */
  readonly validationSplit?: number;
  /** Images for validation after every epoch. */
  readonly validationData?: LabelledImages | Batches;
  /** How much images of a class count in the loss; default 1 each. */
  readonly classWeight?: Readonly<Record<number, number>>;
  /** Batches in an epoch of a stream that does not end; default: until it ends. */
  readonly stepsPerEpoch?: number;
  readonly callbacks?: readonly Callback[];
  /** 0: silent; 1 (default): a bar on a terminal, else a line an epoch; 2: a line an epoch. */
  readonly verbose?: Verbosity;
  /** Ends training after the present batches: the weights stay as they are, the unfinished epoch is not in the history. */
  readonly signal?: AbortSignal;
}

/** How long the engine works before the host looks at progress, callbacks and the abort signal, in milliseconds. */
const RUN_TIME = 80;

/** Trains; see {@link FitOptions}. @throws InputError for data that do not fit the model */
export async function fit(
  core: ModelCore,
  training: TrainingState,
  data: LabelledImages | Batches,
  options: FitOptions,
  save: (path: string) => Promise<void>,
): Promise<History> {
  const epochs = wholeNumber("fit epochs", options.epochs ?? 1, 0);
  const initialEpoch = wholeNumber("fit initialEpoch", options.initialEpoch ?? 0, 0);
  if (core.graph.outputs.length !== 1) {
    throw new InputError(
      `fit: expected a model with one output, got ${core.graph.outputs.length}: train it, then look inside with another`,
    );
  }
  const history = emptyHistory();
  const feed = feedOf(core, training, data, options);
  let stopped: string | undefined;
  const variables = variablesOf(core.graph.layers);
  const context: TrainingContext = {
    epochs,
    stepsPerEpoch: feed.steps,
    stop(reason) {
      stopped ??= reason;
    },
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
    save,
  };
  const callbacks = [...(options.callbacks ?? []), ...progressCallback(options.verbose ?? 1)];
  const exact = callbacks.some((callback) => callback.onBatchEnd);
  try {
    for (const callback of callbacks) await callback.onTrainBegin?.(context);
    for (let epoch = initialEpoch + 1; epoch <= epochs && !stopped && !options.signal?.aborted; epoch++) {
      for (const callback of callbacks) await callback.onEpochBegin?.(epoch, context);
      const began = performance.now();
      const totals = emptyTotals(training.metrics);
      let batches = 0;
      let lastRun: readonly StepResult[] = [];
      await feed.epoch(epoch, exact, async (steps) => {
        lastRun = steps;
        addSteps(totals, steps);
        batches += steps.length;
        const logs = means(totals, training.metrics);
        for (const callback of callbacks) await callback.onProgress?.(batches, logs, context);
        if (exact) for (const callback of callbacks) await callback.onBatchEnd?.(batches - 1, logs, context);
        return stopped === undefined && !options.signal?.aborted;
      });
      if (options.signal?.aborted) break;
      if (lastRun.length === 0)
        throw new InputError(`fit: expected batches in epoch ${epoch}, got none: can the data be gone through again?`);
      const seconds = (performance.now() - began) / 1000;
      const logs = await epochLogs(totals, seconds);
      for (const callback of callbacks) await callback.onEpochEnd?.(epoch, logs, context);
      addEpoch(history, epoch, logs);
    }
  } finally {
    feed.release();
    for (const callback of callbacks) await callback.onTrainEnd?.(context);
  }
  if (options.signal?.aborted) stopped = "aborted";
  if (stopped !== undefined) history.stopped = stopped;
  return history;

  async function epochLogs(totals: Totals, seconds: number): Promise<Logs> {
    const learningRate = learningRateAt(training.optimizer.learningRate, Math.max(0, training.iterations - 1));
    const validation = await feed.validate();
    return {
      ...means(totals, training.metrics),
      ...validation,
      learning_rate: learningRate,
      seconds,
      images_per_second: totals.images / seconds,
    };
  }
}

/** Where an epoch's batches come from. */
interface Feed {
  /** Batches in an epoch, where that is known. */
  readonly steps: number | undefined;
  /** Trains one epoch; `seen` is told of every run and says whether to go on. With `exact`, a run is one batch. */
  epoch(epoch: number, exact: boolean, seen: (steps: readonly StepResult[]) => Promise<boolean>): Promise<void>;
  /** The `val_` numbers; none without validation data. */
  validate(): Promise<Logs>;
  release(): void;
}

function feedOf(core: ModelCore, training: TrainingState, data: LabelledImages | Batches, options: FitOptions): Feed {
  const { validationData, validationSplit = 0 } = options;
  if (validationData && validationSplit > 0) {
    throw new InputError("fit: expected validationData or validationSplit, got both");
  }
  const validate = async (): Promise<Logs> => {
    if (!validationData) return {};
    const result = await evaluate(core, validationData, training, {});
    return Object.fromEntries(Object.entries(result).map(([name, value]) => [`val_${name}`, value as number]));
  };
  if (!isBatches(data)) return arrayFeed(core, training, data, options, validate);
  if (validationSplit > 0)
    throw new InputError("fit: expected validationData for a stream, got validationSplit: a stream cannot be split");
  return streamFeed(core, training, data, options, validate);
}

/** Batches drawn from images in memory. */
function arrayFeed(
  core: ModelCore,
  training: TrainingState,
  data: LabelledImages,
  options: FitOptions,
  validate: () => Promise<Logs>,
): Feed {
  const { shuffle = true, seed = 0, validationSplit = 0, classWeight } = options;
  const batchSize = wholeNumber("fit batchSize", options.batchSize ?? 32);
  const classes = classCount(core.graph);
  const { shape } = core.graph.input;
  const samples = labelledSamples(data, shape, classes, training.loss, classWeight);
  const count = trainCount(samples.count, validationSplit);
  const handle = new SourceHandle(samples.source);
  // As in Keras, class weights do not count in validation; sample weights do.
  const plain = classWeight ? labelledSamples(data, shape, classes, training.loss) : samples;
  const validation = classWeight ? new SourceHandle({ ...handle.source, weights: plain.source.weights }) : handle;
  const trainer = new Trainer(core, training, seed);
  let batchesPerRun = 4;
  return {
    steps: Math.ceil(count / batchSize),
    async epoch(epoch, exact, seen) {
      const order = Uint32Array.from({ length: count }, (_, i) => i);
      if (shuffle) random(seed, "shuffle", epoch).shuffle(order);
      let goOn = true;
      for (let from = 0; goOn && from < count; ) {
        const part = order.slice(from, from + (exact ? 1 : batchesPerRun) * batchSize);
        const began = performance.now();
        const steps = await trainer.train(samples, handle, part, Math.min(batchSize, count));
        const wanted = (steps.length * RUN_TIME) / (performance.now() - began);
        batchesPerRun = Math.round(Math.min(MAX_STEPS, Math.max(1, wanted)));
        from += part.length;
        goOn = await seen(steps);
      }
      await trainer.bringBack();
    },
    async validate() {
      if (count === samples.count) return validate();
      const { loss, metrics } = training;
      const range = { loss, metrics, first: count, count: samples.count - count };
      const { totals } = await evaluateSamples(core, plain, validation, range);
      return means(totals, metrics, "val_");
    },
    release() {
      handle.release();
      validation.release();
    },
  };
}

/** Batches as an iterable brings them; the next is fetched while one is learned from. */
function streamFeed(
  core: ModelCore,
  training: TrainingState,
  data: Batches,
  options: FitOptions,
  validate: () => Promise<Logs>,
): Feed {
  const { seed = 0, classWeight } = options;
  const most =
    options.stepsPerEpoch === undefined
      ? Number.POSITIVE_INFINITY
      : wholeNumber("fit stepsPerEpoch", options.stepsPerEpoch);
  const classes = classCount(core.graph);
  const trainer = new Trainer(core, training, seed);
  // With stepsPerEpoch an epoch goes on where the last one stopped; without, it starts the data again.
  let left: AsyncIterator<LabelledImages> | Iterator<LabelledImages> | undefined;
  return {
    steps: options.stepsPerEpoch,
    async epoch(_, __, seen) {
      const iterator = left ?? (Symbol.asyncIterator in data ? data[Symbol.asyncIterator]() : data[Symbol.iterator]());
      left = iterator;
      let next = fetched(iterator);
      for (let step = 1; ; step++) {
        const { value, done } = await next;
        if (done) {
          left = undefined;
          break;
        }
        if (step < most) next = fetched(iterator);
        const samples = labelledSamples(value, core.graph.input.shape, classes, training.loss, classWeight);
        const handle = new SourceHandle(samples.source);
        const order = Uint32Array.from({ length: samples.count }, (_, i) => i);
        const steps = await trainer.train(samples, handle, order, samples.count).finally(() => handle.release());
        if (!(await seen(steps)) || step >= most) break;
      }
      await trainer.bringBack();
    },
    validate,
    release: () => void left?.return?.(),
  };
}

/** The next batch, on its way; a failure is met where it is awaited. */
function fetched(
  iterator: AsyncIterator<LabelledImages> | Iterator<LabelledImages>,
): Promise<IteratorResult<LabelledImages>> {
  const next = Promise.resolve().then(() => iterator.next());
  next.catch(() => {});
  return next;
}
