import { type Augment, augmentSteps } from "../augmentation/augmentations.ts";
import { InputError, shown } from "../core/errors.ts";
import { belowOne, type Check, type ConfigOf, type OptionsOf, optional, whole, wholeSeed } from "../core/options.ts";
import { abortSignal } from "../core/signal.ts";
import { type Callback, checkedCallback } from "../training/callbacks/callback.ts";
import { verbosity } from "../training/callbacks/progress.ts";
import { classWeighting } from "../training/class-weight.ts";
import type { Batches, LabelledImages } from "./data.ts";

const shuffling: Check<boolean | "once"> = (what, given) => {
  if (given === "once" || typeof given === "boolean") return given;
  throw new InputError(`${what}: expected true, false or "once", got ${shown(given)}`);
};

/** An augmentation for each input to distort, by its name. */
export type AugmentByInput = Readonly<Record<string, Augment>>;

/** Whether an augmentation is given for each input. */
export function isAugmentByInput(given: Augment | AugmentByInput): given is AugmentByInput {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return false;
  return Object.values(given).every(
    (each) => typeof each === "function" || (typeof each === "object" && each !== null),
  );
}

const augmenting: Check<Augment | AugmentByInput> = (what, given) => {
  if (!isAugmentByInput(given)) augmentSteps(what, given);
  else for (const [name, augment] of Object.entries(given)) augmentSteps(`${what} "${name}"`, augment);
  return given;
};

const callbackList: Check<readonly Callback[]> = (what, given) => {
  const isList = Array.isArray(given) && given.every((each) => typeof each === "object" && each !== null);
  if (isList) return given.map((each, i) => checkedCallback(`${what}[${i}]`, each));
  throw new InputError(`${what}: expected a list of callbacks such as [earlyStopping()], got ${shown(given)}`);
};

const object: Check<object> = (what, given) => {
  if (typeof given === "object" && given !== null) return given;
  throw new InputError(`${what}: expected an object, got ${shown(given)}`);
};

/** The options of `fit`. Those without a default here have one that depends on the data. */
export const fitOptions = {
  /** The number of the last epoch to train, counted from 1; it includes those before `initialEpoch`. Default 1. */
  epochs: optional(whole(0), 1),
  /**
   * The number of epochs done before; training continues with the next one. A model that was saved within that epoch goes
   * on after the batches that it has seen, with the same bits: give the same data and options. Without this option,
   * training begins anew, with the weights as they are. Default 0.
   */
  initialEpoch: optional(whole(0), 0),
  /**
   * Images in a batch, at least 1; an epoch's last batch may have fewer. Default 32. Streams bring their own batches.
   */
  batchSize: optional(whole(), undefined),
  /**
   * Whether images are taken in a new order every epoch. "once": in the same order every epoch, drawn from the seed.
   * Default true. Streams are taken as they come.
   */
  shuffle: optional(shuffling, undefined),
  /**
   * How to distort training images: `distortions()`, `elasticDistortion()`, a function of your own, or a list of these,
   * applied in order. For a model with several image inputs, an object by the name of each input to distort; the
   * inputs are distorted independently. The result depends on the seed, the epoch and the image's index (in a stream,
   * its position) only. Validation images and the given data do not change. Default: no distortion.
   */
  augment: optional(augmenting, undefined),
  /** Seed of shuffling, distortions and dropout. Default 0. */
  seed: optional(wholeSeed, 0),
  /** The share of the images, taken from the end, that is for validation instead of training; in [0, 1). Default 0. */
  validationSplit: optional(belowOne, undefined),
  /** Images for validation after every epoch. Default: none. */
  validationData: optional(object as Check<LabelledImages | Batches>, undefined),
  /**
   * The weight of each class in the loss, by class number, at least 0; 1 for classes without one. "balanced": each class
   * among the training images has the same sum of weights. Default: 1 for every class.
   */
  classWeight: optional(classWeighting, undefined),
  /**
   * Batches in an epoch of a stream; the next epoch continues where this one stopped. Default: until the stream ends.
   */
  stepsPerEpoch: optional(whole(), undefined),
  /** Callbacks, called in this order. Default: none. */
  callbacks: optional(callbackList, []),
  /**
   * 0 or false: silent; 1, true or "auto": a progress bar on a terminal, otherwise a line per epoch; 2: a line per epoch.
   * Default 1.
   */
  verbose: optional(verbosity, 1),
  /**
   * Aborting it ends training after the batches in progress, or during the pause that a hook such as `onBatches` makes:
   * the weights stay, the history lacks the unfinished epoch.
   */
  signal: optional(abortSignal, undefined),
};

/** Options of {@link Model.fit}. */
export interface FitOptions extends OptionsOf<typeof fitOptions> {}

/** {@link FitOptions}, checked, with their defaults. */
export interface FitConfig extends ConfigOf<typeof fitOptions> {}
