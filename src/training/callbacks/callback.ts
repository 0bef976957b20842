import type { Augment } from "../../augmentation/augmentations.ts";
import { InputError, listed, shown } from "../../core/errors.ts";
import type { Tensor } from "../../core/tensor.ts";
import type { ClassWeight } from "../class-weight.ts";
import type { Logs } from "../history.ts";

/** The model that is trained, as callbacks see it: it is the {@link Model} itself. */
export interface TrainedModel {
  /** The name in summaries and files. */
  readonly name: string;
  /** All weights, by `<layer>/<weight>`. During an epoch they may be those of its start. */
  readonly weights: ReadonlyMap<string, Tensor<Float32Array>>;
  /** The number of threads that share the work. */
  readonly threads: number;
  /** The summary's text; prints it unless `print` is false. */
  summary(options?: { readonly print?: boolean }): string;
  /** The model file's bytes: architecture, weights and the state of training. */
  toBytes(): Uint8Array;
}

/** The options of `fit` that decide what is trained, complete with their defaults. */
export interface TrainingSettings {
  /** The number of the last epoch, counted from 1. */
  readonly epochs: number;
  /** The number of epochs done before. */
  readonly initialEpoch: number;
  /** Images in a batch; undefined for a stream, which brings its own batches. */
  readonly batchSize: number | undefined;
  /** Whether and how images are put in a new order; false for a stream. */
  readonly shuffle: boolean | "once";
  /** How training images are distorted, with several inputs by the name of the input; undefined: not. */
  readonly augment: Augment | Readonly<Record<string, Augment>> | undefined;
  /** Seed of shuffling, distortions and dropout. */
  readonly seed: number;
  /** The share of the images that is for validation, from 0. */
  readonly validationSplit: number;
  /** The weight of each class in the loss; undefined: 1 for each. */
  readonly classWeight: ClassWeight | undefined;
  /** The option of that name; undefined where it was not given. */
  readonly stepsPerEpoch: number | undefined;
}

/** The data of a training in numbers. */
export interface TrainingData {
  /** Images to train on; undefined for a stream. */
  readonly trainImages: number | undefined;
  /** Images for validation, 0 for none; undefined for a stream of them. */
  readonly validationImages: number | undefined;
  /** The names of the classes, where the training data have them. */
  readonly classNames: readonly string[] | undefined;
}

/** The state of training, which a callback can read and change. */
export interface TrainingContext {
  /** The model that is trained. */
  readonly model: TrainedModel;
  /** The options of this call of `fit`. */
  readonly settings: TrainingSettings;
  /** The data of this call of `fit`. */
  readonly data: TrainingData;
  /** Why training ends before its last epoch, as `history.stopped`; undefined as long as it does not. */
  readonly stopped: string | undefined;
  /**
   * Whether training ended because the loss, the gradient or a weight became NaN or infinite. The unfinished epoch has no
   * `onEpochEnd`; the weights are those from before it, or from the last time that they were saved or read in it.
   */
  readonly diverged: boolean;
  /**
   * Ends training; `history.stopped` is the reason, by default "stopped by a callback". From a batch's hook, it skips
   * the rest of the epoch, which still ends with validation and `onEpochEnd`.
   */
  stop(reason?: string): void;
  /**
   * Where training goes on, if the model was saved within an epoch: its number, and the number of its batches that are
   * done. Its `onEpochBegin` is called again. undefined for a training that begins with a whole epoch.
   */
  readonly continued:
    | {
        /** Counted from 1. */
        readonly epoch: number;
        /** Batches of it that are done. */
        readonly batches: number;
      }
    | undefined;
  /** The current learning rate. Setting it replaces a schedule: the rate is constant from then on. */
  learningRate: number;
  /** The number of the last epoch of this training, counted from 1. */
  readonly epochs: number;
  /** Batches in an epoch; undefined for a stream of unknown length. */
  readonly stepsPerEpoch: number | undefined;
  /**
   * Copies of all weights by `<layer>/<weight>`. In every hook they are up to date, except in `onBatches` and
   * `onProgress`, where they may be those of the start of the epoch: see {@link currentWeights}.
   */
  getWeights(): Map<string, Float32Array>;
  /**
   * Copies of all weights by `<layer>/<weight>`, up to date. Then the model's own are too, as `predict` and
   * `layerOutputs` see them. It can be called at any time until `fit` ends, also from a timer: while batches are trained,
   * it waits for the next moment at which hooks are called.
   * @throws InputError where a weight has become NaN or infinite: a hook that passes it on ends training, `diverged`
   */
  currentWeights(): Promise<Map<string, Float32Array>>;
  /**
   * The most batches until `onBatches` and `onProgress` are called next, at least 1; 1: after every batch. It changes
   * what is trained in no bit. Default undefined: as many as take about 80 ms. A stream calls them after every batch.
   * @throws InputError when it is set to another value
   */
  batchesPerCall: number | undefined;
  /** The number of batches that the model was trained on, over all epochs and calls of `fit`. */
  readonly iterations: number;
  /**
   * Asks that `onBatches` and `onProgress` are called within at most so many batches, at least 1. It holds until their next
   * call, and changes what is trained in no bit.
   * @throws InputError for another value
   */
  callWithin(batches: number): void;
  /** Sets weights by `<layer>/<weight>`; those without a name here do not change, unknown names are ignored. */
  setWeights(weights: ReadonlyMap<string, Float32Array>): void;
  /** Has work done as the last of this call of `fit`, in any case: also after a failure, which it must not hide. */
  atEnd(work: () => void | Promise<void>): void;
  /**
   * Writes the model file, with the weights and the state of training up to date. Training can go on from it, also within
   * an epoch: see {@link FitOptions.initialEpoch}. It can be called whenever {@link currentWeights} can.
   * @throws InputError for a path that cannot be written, and as {@link currentWeights}
   */
  save(path: string): Promise<void>;
  /**
   * In `onTrainBegin`: takes weights and the state of training from the bytes of a model file that was saved while `fit` ran,
   * and training goes on where that one stood, whatever `initialEpoch` says. `name` is the file's in errors.
   * @throws InputError after `onTrainBegin`, and for a file of another model, or saved at another time
   */
  restore(bytes: Uint8Array, name?: string): Promise<void>;
}

/** The numbers of one batch. */
export interface BatchLogs {
  /** The epoch, counted from 1. */
  readonly epoch: number;
  /** The number of batches before this one, over all epochs. */
  readonly iteration: number;
  /** Loss and metrics of this batch alone, by name. */
  readonly logs: Logs;
  /** The learning rate of the batch. */
  readonly learningRate: number;
  /** The Euclidean norm of the gradient over all weights. */
  readonly gradientNorm: number;
}

/** What a callback remembers, at one moment. */
export interface Remembered {
  /** Plain JSON. */
  readonly json: unknown;
  /** Weights by `<layer>/<weight>`, which a file keeps as tensors. Default: none. */
  readonly weights?: ReadonlyMap<string, Float32Array>;
}

/** The memory of a callback that behaves by what it saw in earlier epochs or batches. */
export interface CallbackMemory {
  /**
   * Its name in the file, with what its content depends on: "earlyStopping val_loss". Callbacks of the same name are
   * matched in their order.
   */
  readonly name: string;
  /**
   * What the callback remembers now. It must be quick, since it is called up to several times a second, and what it
   * returns must not change later.
   */
  get(): Remembered;
  /**
   * Called after `onTrainBegin` where `fit` continues a training whose model file has this memory. The file may come from
   * anywhere. @throws InputError for content that the callback did not write
   */
  set(remembered: Remembered): void;
}

/**
 * Hooks of training, all optional; each may be async, and training waits for it. Epochs count from 1, batches from 0.
 * `logs` are the means over the epoch so far; at its end they include the `val_` numbers.
 *
 * An async `onBatches` pauses training for as long as it waits. The time does not count in the history. If the signal of
 * `fit` aborts meanwhile, training ends without waiting for `onBatches`, `onProgress` and `onBatchEnd`, but for
 * `save` and `currentWeights` if they have been called. It waits for all other hooks, also after an abort.
 */
export interface Callback {
  /**
   * What the callback remembers. It is saved with the model, so that a training continued from the file behaves like one
   * that never stopped.
   */
  readonly memory?: CallbackMemory;
  /** Before the first epoch. */
  onTrainBegin?(context: TrainingContext): void | Promise<void>;
  /** Before each epoch. */
  onEpochBegin?(epoch: number, context: TrainingContext): void | Promise<void>;
  /** After every batch. With this hook the engine stops after every batch, which makes training slower. */
  onBatchEnd?(batch: number, logs: Logs, context: TrainingContext): void | Promise<void>;
  /** Several times a second, with all batches since the last call, in order. */
  onBatches?(batches: readonly BatchLogs[], context: TrainingContext): void | Promise<void>;
  /** Several times a second, with the number of batches done in this epoch. */
  onProgress?(batches: number, logs: Logs, context: TrainingContext): void | Promise<void>;
  /** After each epoch and its validation. */
  onEpochEnd?(epoch: number, logs: Logs, context: TrainingContext): void | Promise<void>;
  /**
   * When the signal of `fit` has aborted training, before averages or the weights of an earlier epoch take the place of
   * those of the last batch: a model that is saved now goes on from here.
   */
  onAbort?(context: TrainingContext): void | Promise<void>;
  /** After the last epoch; also when training ends early or fails. */
  onTrainEnd?(context: TrainingContext): void | Promise<void>;
  /**
   * After `onTrainEnd` of all callbacks, when the weights are final (`earlyStopping` may restore those of an earlier
   * epoch in `onTrainEnd`). Not called when training fails.
   */
  onFitEnd?(context: TrainingContext): void | Promise<void>;
}

/** The name of a hook. */
export type Hook = Exclude<keyof Callback, "memory">;

/** The names of all hooks. */
const hooks = Object.keys({
  onTrainBegin: true,
  onEpochBegin: true,
  onBatchEnd: true,
  onBatches: true,
  onProgress: true,
  onEpochEnd: true,
  onAbort: true,
  onTrainEnd: true,
  onFitEnd: true,
} satisfies Record<Hook, true>);

/** Keras's names of hooks that are called otherwise here, in camelCase. */
const kerasHooks = new Map([["onTrainBatchEnd", "onBatchEnd"]]);

/**
 * A callback as it was given, an object or an instance of a class.
 * @throws InputError for a hook that does not exist or is no function, and for an object without any hook
 */
export function checkedCallback(what: string, given: Callback): Callback {
  const names = namesOf(given);
  for (const name of names) {
    const camelCase = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    const right = hooks.find((hook) => hook.toLowerCase() === name.replaceAll("_", "").toLowerCase());
    const instead = right ?? kerasHooks.get(camelCase);
    const isHook = hooks.includes(name);
    if (!isHook && (instead !== undefined || /^on[A-Z_]/.test(name))) {
      const advice = instead === undefined ? "" : `: write ${instead}`;
      throw new InputError(`${what}: expected hooks ${listed(hooks)}, got ${shown(name)}${advice}`);
    }
    const value: unknown = isHook ? given[name as Hook] : undefined;
    if (value !== undefined && typeof value !== "function") {
      throw new InputError(`${what} ${name}: expected a function, got ${shown(value)}`);
    }
  }
  if (given.memory !== undefined) checkMemory(what, given.memory);
  if (names.some((name) => hooks.includes(name))) return given;
  throw new InputError(`${what}: expected hooks ${listed(hooks)}, got a callback with none`);
}

function checkMemory(what: string, { name, get, set }: Partial<CallbackMemory>): void {
  if (typeof name === "string" && typeof get === "function" && typeof set === "function") return;
  throw new InputError(`${what} memory: expected { name, get, set }, a text and two functions, got something else`);
}

/** The names of an object's properties and of its classes' methods. */
function namesOf(given: object): string[] {
  const names = new Set<string>();
  for (let at = given; at && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) names.add(name);
  }
  return [...names];
}
