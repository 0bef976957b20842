import {
  type Augmentation,
  type AugmentationType,
  augmentationFrom,
  augmentationNames,
} from "../augmentation/augmentations.ts";
import { distortions, type Flip, flips } from "../augmentation/distortions.ts";
import { InputError, listed, shown } from "../core/errors.ts";
import {
  belowOne,
  checkedOptions,
  choice,
  type OptionsOf,
  optional,
  required,
  whole,
  wholeSeed,
} from "../core/options.ts";
import { trainCount } from "../model/data.ts";
import type { FitOptions } from "../model/fit-options.ts";
import type { Model } from "../model/model.ts";
import type { CompileOptions } from "../model/model-options.ts";
import { checkedPreparation, type Preparation } from "../pictures/preparation.ts";
import { rbfMap } from "../training/losses/rbf-map.ts";
import { sparseCategoricalCrossentropy } from "../training/losses/sparse-categorical-crossentropy.ts";
import { checkedOptimizer, type Optimizer, type OptimizerName, optimizerNames } from "../training/optimizers/table.ts";
import { oneCycle } from "../training/schedules/one-cycle.ts";
import { type Schedule, scheduled } from "../training/schedules/table.ts";
import { trainingOf1998 } from "./lenet5-1998.ts";
import { objectiveOf, type RecipeObjective } from "./objective.ts";
import {
  defaults,
  optimizerSettings,
  type RecipeNetwork,
  type RecipeSettings,
  recipeNames,
  recipeSettings,
} from "./recipes.ts";

const options = {
  /** The number of images in the data, with those that are kept for validation. */
  images: required(whole()),
  /**
   * "default": {@link recipes}. "best": {@link bestRecipes}, which trade time for accuracy, for the networks that have
   * one. Default "default".
   */
  recipe: optional(choice(recipeNames), "default"),
  /** Passes over the training images. Default: that of the recipe. */
  epochs: optional(whole(), undefined),
  /** Images in a batch. Default: that of the recipe. */
  batchSize: optional(whole(), undefined),
  /** Default: that of the recipe; for LeNet-5 and images that are bright on average, adam in place of sgd. */
  optimizer: optional(choice(optimizerNames), undefined),
  /**
   * A constant learning rate, or a schedule. Default: one cycle, which rises to a peak that suits the optimizer and falls
   * once over the whole training; for sdlm the paper's rates.
   */
  learningRate: optional(scheduled, undefined),
  /**
   * How to distort the training images; "none": not. Default: that of the recipe; most have none. The background of
   * images with dark ink is 255, of others 0.
   */
  augment: optional(choice([...augmentationNames, "none"]), undefined),
  /**
   * Mirrors half of the training images, in addition: "horizontal", "vertical" or "horizontal_and_vertical", for
   * pictures of things that have no left and right. Default "none".
   */
  flip: optional(choice(flips), "none"),
  /** Seed of shuffling, distortions and dropout; make the network with the same. Default 1. */
  seed: optional(wholeSeed, defaults.seed),
  /** The share of the images that is for validation, in [0, 1). Default 1/12. */
  validationSplit: optional(belowOne, defaults.validationSplit),
  /** How the pictures of the data were prepared, as data from `readData` say: of bright ones, adam learns more. */
  preparation: optional(checkedPreparation, undefined),
};

/** Options of {@link recipe}. */
export interface RecipeOptions extends OptionsOf<typeof options> {}

/** The result of {@link recipe}: plain data. */
export interface Recipe {
  /** Options of {@link Model.compile}. */
  readonly compile: Required<Pick<CompileOptions, "loss" | "metrics">> & {
    /** The optimizer, complete with its learning rate. */
    readonly optimizer: Optimizer;
  };
  /** Options of {@link Model.fit}; others, such as `callbacks`, can be added. */
  readonly fit: Required<Pick<FitOptions, "epochs" | "batchSize" | "shuffle" | "seed" | "validationSplit">> &
    Pick<FitOptions, "augment">;
  /** Lines about decisions that the user may not expect. */
  readonly notes: readonly string[];
}

/**
 * The settings of `lenet5 train`, as options of `compile` and `fit`: with them a program or a page trains a network to
 * the same bits as the command line, if the network was made with the same seed. `network` is a name of the command
 * line ("article" for `lenet5()`, "full" for `lenet5({ c3: "full" })`, "modern" for `modern()`,
 * "1998" for `lenet5Of1998()`), or any model of
 * one output, whose loss follows from its last layer.
 * @throws InputError for options that are unknown or out of range, and another network
 */
export function recipe(network: keyof typeof networks | Model, given: RecipeOptions): Recipe {
  const { name: known, objective } = networkOf(network);
  const config = checkedOptions("recipe", options, given);
  const settings = recipeSettings("recipe recipe", known, config.recipe);
  const { seed, validationSplit, images, augment, preparation } = config;
  const { epochs = settings.epochs, batchSize = settings.batchSize } = config;
  const { shuffle } = settings;
  const stepsPerEpoch = Math.ceil(trainCount(images, validationSplit) / batchSize);
  const usual = usualOptimizer(settings, preparation);
  const { name, notes: decided } = config.optimizer === undefined ? usual : { name: config.optimizer, notes: [] };
  const learningRate = config.learningRate ?? scheduleOf(name, { batchSize, stepsPerEpoch, epochs });
  const optimizer = optimizerOf(name, learningRate);
  const steps = augmentationsOf(augment ?? settings.augment?.type ?? "none", settings, config);
  const { notes, ...lossAndMetrics } = objective;
  return {
    compile: { optimizer, ...lossAndMetrics },
    fit: {
      ...{ epochs, batchSize, shuffle, seed, validationSplit },
      ...(steps.length > 0 && { augment: steps.length === 1 ? steps[0]! : steps }),
    },
    notes: [...decided, ...notes],
  };
}

const ofProbabilities: RecipeObjective = { loss: sparseCategoricalCrossentropy(), metrics: ["accuracy"], notes: [] };

/** The networks of the command line with their losses. */
const networks = {
  article: ofProbabilities,
  full: ofProbabilities,
  modern: ofProbabilities,
  "1998": { loss: rbfMap(), metrics: ["accuracy"], notes: [] },
} as const satisfies Readonly<Record<string, RecipeObjective>>;

function networkOf(network: keyof typeof networks | Model): { name: RecipeNetwork; objective: RecipeObjective } {
  if (typeof network === "string" && Object.hasOwn(networks, network))
    return { name: network, objective: networks[network] };
  if (typeof network === "object" && network !== null && "shape" in (network.outputs ?? {}))
    return { name: "other", objective: objectiveOf(network) };
  // In this order: the keys of an object begin with the number.
  const names = ["article", "full", "modern", "1998"];
  throw new InputError(`recipe: expected ${listed(names)}, or a model of one output, got ${shown(network)}`);
}

/** Steps of a training, which a learning rate schedule spans. */
interface Steps {
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  readonly epochs: number;
}

function optimizerOf(name: OptimizerName, learningRate: Schedule): Optimizer {
  return checkedOptimizer("recipe optimizer", { type: name, ...optimizerSettings[name].options, learningRate });
}

function scheduleOf(name: OptimizerName, { batchSize, stepsPerEpoch, epochs }: Steps): Schedule {
  const { peak } = optimizerSettings[name];
  if (!peak) return trainingOf1998(stepsPerEpoch).compile.optimizer.learningRate;
  return oneCycle({ learningRate: peak(batchSize), totalSteps: stepsPerEpoch * epochs });
}

/**
 * The optimizer where none is given: the recipe's, but Adam in place of SGD for images that are bright on average, as
 * pictures of dark ink and in colour are. There, the first steps of SGD may drive all units of LeNet-5 into saturation,
 * so that every image gets the same class. `node bench/bright-images.js` trains with both on 6,000 built-in digits at
 * random places; validation accuracy, mean of three seeds: light on dark, SGD 86.7% and Adam 83.2%; dark on light, SGD
 * 15.9% and Adam 69.4%.
 */
function usualOptimizer(
  { optimizer, optimizerOfBright = optimizer }: RecipeSettings,
  preparation: Preparation | undefined,
): { readonly name: OptimizerName; readonly notes: readonly string[] } {
  const isBright = preparation !== undefined && (preparation.ink === "dark" || preparation.channels > 1);
  if (!isBright || optimizerOfBright === optimizer) return { name: optimizer, notes: [] };
  return { name: optimizerOfBright, notes: [`Optimizer: ${optimizerOfBright}, as the images are bright on average`] };
}

/** What distorts the images, and what mirrors them: distortions do both at once. */
function augmentationsOf(
  type: AugmentationType | "none",
  settings: RecipeSettings,
  { flip, preparation }: { readonly flip: Flip; readonly preparation?: Preparation | undefined },
): Augmentation[] {
  const distorted = type === "none" ? [] : [augmentationOf(type, settings, preparation)];
  if (flip === "none") return distorted;
  const [first] = distorted;
  if (first?.type === "distortions") return [{ ...first, flip }];
  const { background, copies } = first ?? {};
  return [distortions({ ...STILL, flip, background, copies }), ...distorted];
}

/** Distortions of no magnitude. */
const STILL = { translation: 0, scaling: 0, squeezing: 0, shear: 0, rotation: 0 };

/** The augmentation by its name, as the network's recipe has it, with the background of the images. */
export function augmentationOf(
  type: AugmentationType,
  { augment, copies }: RecipeSettings,
  preparation?: Preparation,
): Augmentation {
  const own = augment?.type === type ? augment : { type };
  const background = preparation?.ink === "dark" ? 255 : undefined;
  return augmentationFrom("recipe augment", { ...own, copies, background });
}
