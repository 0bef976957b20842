import type { Augmentation, Model, Optimizer, OptimizerName, Schedule } from "../index.ts";
import type { Network } from "./networks/network.ts";
import { type NetworkName, networks } from "./networks/networks.ts";

type Library = typeof import("../index.ts");

/** Settings that `lenet5 train` has for every network when it is not told otherwise; the others are in the networks' recipes. */
export const defaults = { validationSplit: 1 / 12, seed: 1, numerics: "reproducible" } as const;

/** Steps of a training, which a learning rate schedule spans. */
interface Steps {
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  readonly epochs: number;
}

/** How `lenet5 train` uses one optimizer. */
interface OptimizerRecipe {
  /** Options that differ from the library's defaults, in words; empty for none. */
  readonly details: string;
  /** The learning rate when none is given, in words. */
  rateText(batchSize: number): string;
  /** The learning rate when none is given. */
  rate(library: Library, steps: Steps): number | Schedule;
  make(library: Library, learningRate: number | Schedule): Optimizer;
}

/** The optimizers by name, in the order in which they are listed for people. */
export const optimizers: { readonly [Name in OptimizerName]: OptimizerRecipe } = {
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

export const optimizerNames = Object.keys(optimizers) as OptimizerName[];

/** A learning rate that rises to a peak and falls once over all steps of the training. */
function cycleUpTo(peak: (batchSize: number) => number): Pick<OptimizerRecipe, "rate" | "rateText"> {
  return {
    rateText: (batchSize) => `one cycle up to ${Number(peak(batchSize).toPrecision(3))}`,
    rate: ({ oneCycle }, { batchSize, stepsPerEpoch, epochs }) =>
      oneCycle({ learningRate: peak(batchSize), totalSteps: stepsPerEpoch * epochs }),
  };
}

/** The optimizer by its name. A given learning rate stays constant. */
export async function optimizerFor(
  name: OptimizerName,
  { learningRate, ...steps }: Steps & { readonly learningRate: number | undefined },
): Promise<Optimizer> {
  const library = await import("../index.ts");
  const { make, rate } = optimizers[name];
  return make(library, learningRate ?? rate(library, steps));
}

/** The optimizer and its learning rate in words, for the settings of a run. */
export function optimizerTexts(name: OptimizerName, learningRate: number | null, batchSize: number): [string, string] {
  const { details, rateText } = optimizers[name];
  return [details === "" ? name : `${name}, ${details}`, String(learningRate ?? rateText(batchSize))];
}

/** Values of `--augment`. */
export const augmentationNames = ["distortions", "elastic"] as const satisfies readonly Augmentation["type"][];
export type AugmentationName = (typeof augmentationNames)[number];

/** The augmentation by its name, with the library's defaults and what the network changes of them. */
export async function augmentationFor(name: AugmentationName, network: NetworkName): Promise<Augmentation> {
  const { distortions, elasticDistortion } = await import("../index.ts");
  const { augmentation }: Network = networks[network];
  return { distortions, elastic: elasticDistortion }[name](augmentation[name] ?? {});
}

/** An augmentation in words, for the settings of a run: `distortions: translation 2, scaling 0.15, ...`. */
export function augmentationText({ type, ...options }: Augmentation): string {
  const used = Object.entries(options).filter(([, value]) => value !== 0);
  return `${type}: ${used.map(([name, value]) => `${name} ${value}`).join(", ")}`;
}

/** The loss that fits a network's outputs. */
export function lossOf({ outputsDistances }: Model): "rbf_map" | "sparse_categorical_crossentropy" {
  return outputsDistances ? "rbf_map" : "sparse_categorical_crossentropy";
}
