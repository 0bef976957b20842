import { InputError, wholeNumber } from "../core/errors.ts";
import type { TrainedModel, TrainingContext, TrainingData, TrainingSettings } from "../training/callbacks/callback.ts";
import { constant } from "../training/schedules/constant.ts";
import { learningRateAt } from "../training/schedules/table.ts";
import type { BatchSource } from "./batch-sources/batch-source.ts";
import type { ModelCore, TrainingState } from "./core.ts";
import type { FitConfig } from "./fit-options.ts";
import { variablesOf } from "./graph.ts";
import { restoreTraining } from "./restore-training.ts";

/** The model as `fit` and its callbacks see it. */
export interface FittedModel extends TrainedModel {
  save(path: string): Promise<void>;
}

/** What callbacks have asked for. */
export interface Asked {
  /** Why training ends early; undefined as long as it does not. */
  stopped: string | undefined;
  /** Whether training ended because a number became NaN or infinite. */
  diverged: boolean;
  /** The most batches until the next call of `onBatches`; undefined: as many as take a while. */
  batchesPerCall: number | undefined;
  /** Where training goes on within an epoch. */
  continued: TrainingContext["continued"];
  /** The most batches until the next call of `onBatches`, once. */
  within: number | undefined;
  /** Whether training has begun: it can no longer be restored. */
  hasBegun: boolean;
  /** Calls in progress that read what is trained. */
  readonly work: Set<Promise<unknown>>;
  /** What is done at the end of the call. */
  readonly atEnd: (() => void | Promise<void>)[];
}

/** The context that the callbacks of a call of `fit` get. */
export function trainingContext(
  core: ModelCore,
  training: TrainingState,
  {
    source,
    options,
    model,
    data,
    bringBack,
  }: {
    readonly source: BatchSource;
    readonly options: FitConfig;
    readonly model: FittedModel;
    readonly data: TrainingData;
    /** Brings the newest weights to the host, with the moment that they belong to. */
    readonly bringBack: () => Promise<void>;
  },
  asked: Asked,
): TrainingContext {
  const variables = variablesOf(core.graph.layers);
  const getWeights = () => new Map(variables.map(({ path, value }) => [path, value.slice()]));
  const working = async <Result>(work: () => Result | Promise<Result>): Promise<Result> => {
    const result = bringBack().then(work);
    asked.work.add(result);
    try {
      return await result;
    } finally {
      asked.work.delete(result);
    }
  };
  return {
    model,
    settings: settingsOf(options, data),
    data,
    get stopped() {
      return asked.stopped;
    },
    get diverged() {
      return asked.diverged;
    },
    get continued() {
      return asked.continued;
    },
    epochs: options.epochs,
    stepsPerEpoch: source.steps,
    stop(reason = "stopped by a callback") {
      asked.stopped ??= reason;
    },
    get learningRate() {
      return learningRateAt(training.optimizer.learningRate, training.iterations);
    },
    set learningRate(rate) {
      training.optimizer = { ...training.optimizer, learningRate: constant(rate) };
    },
    get batchesPerCall() {
      return asked.batchesPerCall;
    },
    set batchesPerCall(most) {
      if (most !== undefined) wholeNumber("context batchesPerCall", most);
      asked.batchesPerCall = most;
    },
    get iterations() {
      return training.iterations;
    },
    callWithin(batches) {
      wholeNumber("context callWithin", batches);
      asked.within = Math.min(asked.within ?? batches, batches);
    },
    getWeights,
    currentWeights: () => working(getWeights),
    setWeights(weights) {
      for (const variable of variables) {
        const value = weights.get(variable.path);
        if (!value) continue;
        variable.value.set(value);
        variable.version++;
      }
    },
    atEnd: (work) => void asked.atEnd.push(work),
    save: (path) => working(() => model.save(path)),
    async restore(bytes, name = "model file") {
      if (asked.hasBegun) throw new InputError("context restore: expected a call in onTrainBegin, got one after it");
      restoreTraining(core, training, bytes, name);
      asked.stopped = training.position?.stopped;
    },
  };
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
