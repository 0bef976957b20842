import type {
  Augmentation,
  CompileOptions,
  EngineOptions,
  Model,
  Optimizer,
  OptimizerName,
  Preparation,
  Schedule,
} from "../index.ts";
import { probabilitiesOf } from "../layers/probabilities.ts";
import type { Network, Recipe } from "./networks/network.ts";

type Library = typeof import("../index.ts");

/**
 * The settings of `lenet5 train` that are the same for every network, where no option changes them; see also `Recipe`.
 */
export const defaults = { validationSplit: 1 / 12, seed: 1, numerics: "reproducible" } as const;

/** Steps of a training, which a learning rate schedule spans. */
interface Steps {
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  readonly epochs: number;
}

/** How `lenet5 train` uses one optimizer. */
interface OptimizerRecipe {
  /** The options that differ from the library's defaults, for people: `weight decay 0.2`; empty for none. */
  readonly details: string;
  /** The learning rate when none is given, for people: `one cycle up to 0.003`. */
  rateText(batchSize: number): string;
  /** The learning rate when none is given. */
  rate(library: Library, steps: Steps): number | Schedule;
  make(library: Library, learningRate: number | Schedule): Optimizer;
}

/**
 * Every optimizer of the library, in the order of `--help`. The library itself is loaded later: `--help` must be fast.
 * The peaks of adadelta, adagrad, adamax and lion were chosen by the error on 3,000 images that were not trained on, after
 * 4 epochs on 6,000 of MNIST (seed 1, batches of 64): of 0.3, 1 and 3; 0.01, 0.03, 0.1 and 0.3; 0.002, 0.005, 0.01 and
 * 0.02; 0.0002, 0.0005, 0.001, 0.002 and 0.004. adamax's and lion's best ones, 0.02 and 0.002, are halved for longer
 * trainings. nadam has adam's.
 */
export const optimizerRecipes: { readonly [Name in OptimizerName]: OptimizerRecipe } = {
  adadelta: {
    ...cycleUpTo(() => 3),
    details: "",
    make: ({ adadelta }, learningRate) => adadelta({ learningRate }),
  },
  adagrad: {
    ...cycleUpTo(() => 0.1),
    details: "",
    make: ({ adagrad }, learningRate) => adagrad({ learningRate }),
  },
  adam: {
    ...cycleUpTo(() => 3e-3),
    details: "",
    make: ({ adam }, learningRate) => adam({ learningRate }),
  },
  adamW: {
    ...cycleUpTo(() => 5e-3),
    details: "weight decay 0.2",
    make: ({ adamW }, learningRate) => adamW({ learningRate, weightDecay: 0.2 }),
  },
  adamax: {
    ...cycleUpTo(() => 1e-2),
    details: "",
    make: ({ adamax }, learningRate) => adamax({ learningRate }),
  },
  lion: {
    ...cycleUpTo(() => 1e-3),
    details: "",
    make: ({ lion }, learningRate) => lion({ learningRate }),
  },
  nadam: {
    ...cycleUpTo(() => 3e-3),
    details: "",
    make: ({ nadam }, learningRate) => nadam({ learningRate }),
  },
  rmsprop: {
    ...cycleUpTo(() => 1e-3),
    details: "",
    make: ({ rmsprop }, learningRate) => rmsprop({ learningRate }),
  },
  sdlm: {
    details: "",
    rateText: () => "0.0005, falling by pass to 0.00001",
    rate: ({ trainingOf1998 }, { stepsPerEpoch }) => trainingOf1998(stepsPerEpoch).compile.optimizer.learningRate,
    make: ({ sdlm }, learningRate) => sdlm({ learningRate }),
  },
  sgd: {
    // In proportion to the batch size (Goyal et al. 2017): 0.3 diverges at 32.
    ...cycleUpTo((batchSize) => 0.1 * Math.min(1, batchSize / 64)),
    details: "Nesterov momentum 0.9",
    make: ({ sgd }, learningRate) => sgd({ learningRate, momentum: 0.9, nesterov: true }),
  },
};

export const optimizerNames = Object.keys(optimizerRecipes) as OptimizerName[];

/** A learning rate that rises to a peak and falls once over all steps of the training. */
function cycleUpTo(peak: (batchSize: number) => number): Pick<OptimizerRecipe, "rate" | "rateText"> {
  return {
    rateText: (batchSize) => `one cycle up to ${Number(peak(batchSize).toPrecision(3))}`,
    rate: ({ oneCycle }, { batchSize, stepsPerEpoch, epochs }) =>
      oneCycle({ learningRate: peak(batchSize), totalSteps: stepsPerEpoch * epochs }),
  };
}

/**
 * The optimizer where none is given: the recipe's, but Adam in place of SGD for images that are bright on average, as
 * pictures of dark ink and in colour are. There, the first steps of SGD may drive all units of LeNet-5 into saturation,
 * so that every image gets the same class. `node bench/bright-images.js` trains with both on 6,000 built-in digits at
 * random places; validation accuracy, mean of three seeds: light on dark, SGD 86.7% and Adam 83.2%; dark on light, SGD
 * 15.9% and Adam 69.4%.
 */
export function usualOptimizer(
  { optimizer }: Pick<Recipe, "optimizer">,
  preparation: Preparation | undefined,
): { readonly name: OptimizerName; readonly notes: readonly string[] } {
  const isBright = preparation !== undefined && (preparation.ink === "dark" || preparation.channels > 1);
  if (optimizer !== "sgd" || !isBright) return { name: optimizer, notes: [] };
  return { name: "adam", notes: ["Optimizer: adam, as the images are bright on average"] };
}

/** The optimizer by its name. A given learning rate stays constant. */
export async function optimizerFor(
  name: OptimizerName,
  { learningRate, ...steps }: Steps & { readonly learningRate: number | undefined },
): Promise<Optimizer> {
  const library = await import("../index.ts");
  const { make, rate } = optimizerRecipes[name];
  return make(library, learningRate ?? rate(library, steps));
}

type AugmentationName = Augmentation["type"];

/** How `lenet5 train` uses one augmentation. */
interface AugmentationRecipe {
  /** For `--help`. */
  readonly help: string;
  make(library: Library, options: { readonly copies?: number }): Augmentation;
}

/** Every augmentation of the library, in the order of `--help`. */
const augmentationRecipes: { readonly [Name in AugmentationName]: AugmentationRecipe } = {
  distortions: {
    help: "the 1998 paper's: shifted, scaled, squeezed, sheared",
    make: ({ distortions }, options) => distortions(options),
  },
  elastic: {
    help: "bent by a smooth random displacement of the pixels",
    make: ({ elasticDistortion }, options) => elasticDistortion(options),
  },
};

/** Values of `--augment`. */
export const augmentationNames = Object.keys(augmentationRecipes) as AugmentationName[];

/** The values of `--augment` for `--help`: `distortions (...) or elastic (...)`. */
export const augmentationsHelp = withHelp(augmentationNames, (name) => augmentationRecipes[name].help);

/** The augmentation by its name, with the library's defaults except for the options that the network changes. */
export async function augmentationFor(
  name: AugmentationName,
  { augmentation }: Pick<Network, "augmentation">,
): Promise<Augmentation> {
  return augmentationRecipes[name].make(await import("../index.ts"), augmentation[name] ?? {});
}

type Numerics = NonNullable<EngineOptions["numerics"]>;

/** Every numeric mode, with its text for `--help`. */
const numericsTexts: { readonly [Mode in Numerics]: string } = {
  reproducible: "the same bits on every machine",
  fast: "fused multiply-add where the machine has it",
};

/** Values of `--numerics`. */
export const numericsNames = Object.keys(numericsTexts) as Numerics[];

/** The values of `--numerics` for `--help`. */
export const numericsHelp = withHelp(numericsNames, (name) => numericsTexts[name]);

/** `one (its help) or other (its help)` */
function withHelp<Name extends string>(names: readonly Name[], help: (name: Name) => string): string {
  return names.map((name) => `${name} (${help(name)})`).join(" or ");
}

/** The loss and the metrics that fit a network's outputs, and a line for the user where these are taken as logits. */
export async function objectiveOf({
  outputs,
  outputsDistances,
}: Model): Promise<Required<Pick<CompileOptions, "loss" | "metrics">> & { readonly notes: readonly string[] }> {
  const { binaryCrossentropy, sparseCategoricalCrossentropy } = await import("../index.ts");
  if (outputsDistances) return { loss: "rbf_map", metrics: ["accuracy"], notes: [] };
  const isUnit = outputs.shape.at(-1) === 1;
  const fromLogits = probabilitiesOf(outputs) === undefined;
  const ends = isUnit ? "no sigmoid" : "no softmax";
  const notes = fromLogits ? [`The network ends in ${ends}: the loss takes its outputs for logits`] : [];
  if (!isUnit) return { loss: sparseCategoricalCrossentropy({ fromLogits }), metrics: ["accuracy"], notes };
  return { loss: binaryCrossentropy({ fromLogits }), metrics: ["accuracy"], notes };
}
