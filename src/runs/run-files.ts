/** What the JSON files of a run contain. */
import type { Augmentation } from "../augmentation/augmentations.ts";
import type { Preparation } from "../pictures/preparation.ts";
import type {
  EvaluationJson,
  ExamplesJson,
  Num,
  PredictionsJson,
  StepsJson,
  WeightHistogramsJson,
} from "../report/results.ts";

/** The content of `config.json`: how the model of a run was trained, on which data and machine. */
export interface RunConfig {
  /** The version of lenet5. */
  readonly lenet5: string;
  /** The program that ran it: "Node 22.21.0". */
  readonly runtime: string;
  /** The command line; null where there was none. */
  readonly command: string | null;
  /** When the training began (ISO 8601). */
  readonly started: string;
  /** The title of the report. */
  readonly title: string;
  /** Warnings about the results, shown in the report. */
  readonly notices: readonly string[];
  /** The caller's own settings by name, shown in the report. */
  readonly notes: Readonly<Record<string, string | number>>;
  /** What else the caller keeps, as plain JSON. */
  readonly extra: Readonly<Record<string, unknown>>;
  /** What the model was compiled with: optimizer, loss and metrics, as plain JSON. */
  readonly compiled: Readonly<Record<string, unknown>>;
  /** The options of `fit` and of the model; null for an option that was not given. */
  readonly settings: {
    /** The number of epochs that were asked for; training may have stopped earlier. */
    readonly epochs: number;
    /** null: the data were a stream. */
    readonly batchSize: number | null;
    /** Whether each epoch had an order of its own; "once": one shuffled order for all. */
    readonly shuffle: boolean | "once";
    /** The distortions in order, of a function its name; with several inputs perhaps by the name of the input. */
    readonly augment: AugmentSteps | Readonly<Record<string, AugmentSteps>>;
    /** The seed of order, distortions and dropout. */
    readonly seed: number;
    /** The share of the training data, from their end, that was kept for validation; 0: none. */
    readonly validationSplit: number;
    /** The weight of each class in the loss, by class number. */
    readonly classWeight: "balanced" | Readonly<Record<string, number>> | null;
    /** The number of batches of an epoch. */
    readonly stepsPerEpoch: number | null;
    /** How products are rounded. */
    readonly numerics: "reproducible" | "fast";
    /** The number of threads that shared the work. */
    readonly threads: number;
  };
  /** The data in numbers; null where they were a stream. */
  readonly data: {
    /** The name of the data for people. */
    readonly name: string;
    /** Names of the classes by class number; empty where they have none. */
    readonly classNames: readonly string[];
    /** The number of images that the model was trained on. */
    readonly trainImages: number | null;
    /** The number of validation images; 0: there were none. */
    readonly validationImages: number | null;
    /** The number of test images; null: there were none. */
    readonly testImages: number | null;
    /** How a picture becomes one of the images; null where that is not known. */
    readonly preparation: Preparation | null;
  };
  /** Where it was trained. */
  readonly machine: {
    /** The model of the processor. */
    readonly cpu: string;
    /** The number of its logical cores. */
    readonly cores: number;
    /** The operating system and the architecture. */
    readonly platform: string;
  };
}

/** Distortions in order; of a custom function, its name. */
export type AugmentSteps = readonly (Augmentation | string)[];

/** The content of `history.json`: the library's `History` with null for NaN, and where each epoch ended. */
export interface RunHistory {
  /** Numbers of the epochs, from 1. */
  readonly epochs: number[];
  /** The number of batches the model was trained on up to the end of each epoch. */
  readonly iterations: number[];
  /** Keras's metric name ("loss", "val_accuracy") -> one value for each epoch. */
  readonly history: Record<string, Num[]>;
  /** The epoch whose weights the model has, where it is not the last (`earlyStopping`, `restoreBestWeights`). */
  readonly chosen?: number | undefined;
  /** Why training ended before its last epoch. */
  readonly stopped?: string | undefined;
}

/** The content of each JSON file of a run. */
export interface RunFiles {
  /** How the model was trained. */
  "config.json": RunConfig;
  /** Loss and metrics of each epoch. */
  "history.json": RunHistory;
  /** Results on the test images. */
  "evaluation.json": EvaluationJson;
  /** The prediction for every test image. */
  "predictions.json": PredictionsJson & {
    /** SHA-256 of the test images. Only predictions for the same images can be compared. */
    readonly images: string;
  };
  /** Test images for the report, with their predictions. */
  "examples.json": ExamplesJson;
  /** Loss, learning rate and size of the gradient within epochs. */
  "steps.json": StepsJson;
  /** Histograms of each weight after each epoch. */
  "weights.json": WeightHistogramsJson;
}

/** The name of a JSON file of a run. */
export type RunJson = keyof RunFiles;
