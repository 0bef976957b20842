import { InputError, shown } from "../core/errors.ts";
import { type Check, type ConfigOf, finite, type OptionsOf, optional, whole, within } from "../core/options.ts";
import { type Augment, augmentSteps } from "../data/augmentation/augmentations.ts";
import type { Callback } from "../training/callbacks/callback.ts";
import { verbosity } from "../training/callbacks/progress.ts";
import type { Batches, LabelledImages } from "./data.ts";

const shuffling: Check<boolean | "once"> = (what, given) => {
  if (given === "once" || typeof given === "boolean") return given;
  throw new InputError(`${what}: expected true, false or "once", got ${shown(given)}`);
};

const augmenting: Check<Augment> = (what, given) => {
  augmentSteps(what, given);
  return given;
};

const callbackList: Check<readonly Callback[]> = (what, given) => {
  const isList = Array.isArray(given) && given.every((each) => typeof each === "object" && each !== null);
  if (isList) return given;
  throw new InputError(`${what}: expected a list of callbacks such as [earlyStopping()], got ${shown(given)}`);
};

const abortSignal: Check<AbortSignal> = (what, given) => {
  if (given instanceof AbortSignal) return given;
  throw new InputError(`${what}: expected an AbortSignal (of a controller, its signal), got ${shown(given)}`);
};

const object: Check<object> = (what, given) => {
  if (typeof given === "object" && given !== null) return given;
  throw new InputError(`${what}: expected an object, got ${shown(given)}`);
};

/** The options of `fit`. Those without a default here have one that depends on the data. */
export const fitOptions = {
  /** The number of epochs, those before `initialEpoch` included: the last one to train, counted from 1. Default 1. */
  epochs: optional(whole(0), 1),
  /** Epochs that were done before: training goes on with the next one. Default 0. */
  initialEpoch: optional(whole(0), 0),
  /** Images in a batch, at least 1; an epoch's last batch may have fewer. Default 32. Streams bring their own batches. */
  batchSize: optional(whole(), undefined),
  /**
   * Whether images are taken in a new order every epoch. "once": in the same order every epoch, drawn from the seed.
   * Default true. Streams are taken as they come.
   */
  shuffle: optional(shuffling, undefined),
  /**
   * Shows the training images distorted: `distortions()`, `elasticDistortion()`, a function of one's own, or a list of
   * these, applied in order. The result depends on the seed, the epoch and the image's index (in a stream its place)
   * alone. Images for validation, and the data themselves, stay as they are. Default: none.
   */
  augment: optional(augmenting, undefined),
  /** Seed of shuffling, distortions and dropout. Default 0. */
  seed: optional(finite, 0),
  /** The last share of the images is kept for validation and never trained on; in [0, 1). Default 0. */
  validationSplit: optional(within(0, 1), undefined),
  /** Images for validation after every epoch. Default: none. */
  validationData: optional(object as Check<LabelledImages | Batches>, undefined),
  /** How much images of a class count in the loss, by class number; 1 for classes that are not named. */
  classWeight: optional(object as Check<Readonly<Record<number, number>>>, undefined),
  /** Batches in an epoch of a stream; the next epoch goes on where this one stopped. Default: until the stream ends. */
  stepsPerEpoch: optional(whole(), undefined),
  /** Called while the model trains, in this order. Default: none. */
  callbacks: optional(callbackList, []),
  /** 0: silent; 1: a bar on a terminal, else a line an epoch; 2: a line an epoch. Default 1. */
  verbose: optional(verbosity, 1),
  /** Ends training after the present batches: the weights stay as they are, the unfinished epoch is not in the history. */
  signal: optional(abortSignal, undefined),
};

export interface FitOptions extends OptionsOf<typeof fitOptions> {}

/** The options with their defaults, each checked. */
export interface FitConfig extends ConfigOf<typeof fitOptions> {}
