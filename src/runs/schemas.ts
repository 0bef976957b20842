/** Schemas of the JSON files of a run. They are read again later, when they may be damaged or of another version. */
import * as v from "valibot";
import { InputError } from "../core/errors.ts";
import { type Augmentation, augmentationFrom } from "../data/augmentation/augmentations.ts";
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

const whole = (min: number) => v.pipe(v.number(), v.integer(), v.minValue(min));
const num = v.nullable(v.number());
const wholes = v.array(whole(0));
const nums = v.array(num);
/** Number of bytes that a base64 text encodes. */
const bytesIn = (text: string) => (text.length / 4) * 3 - (text.length - text.replace(/=+$/, "").length);
/** Whether lists have one length. */
const sameLength = (...lists: readonly (readonly unknown[])[]) => new Set(lists.map(({ length }) => length)).size === 1;

/** An augmentation, checked by the function that makes it; of the caller's own function, its name. */
const augmentation = v.pipe(
  v.unknown(),
  v.rawTransform(({ dataset, addIssue, NEVER }): Augmentation | string => {
    if (typeof dataset.value === "string") return dataset.value;
    try {
      return augmentationFrom("augment", dataset.value);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      addIssue({ message: error.message });
      return NEVER;
    }
  }),
);

const config = v.object({
  lenet5: v.string(),
  runtime: v.string(),
  command: v.nullable(v.string()),
  started: v.string(),
  title: v.string(),
  notices: v.array(v.string()),
  notes: v.record(v.string(), v.union([v.string(), v.number()])),
  extra: v.record(v.string(), v.unknown()),
  compiled: v.record(v.string(), v.unknown()),
  settings: v.object({
    epochs: whole(0),
    batchSize: v.nullable(whole(1)),
    shuffle: v.union([v.boolean(), v.literal("once")]),
    augment: v.lazy((steps) =>
      Array.isArray(steps) ? v.array(augmentation) : v.record(v.string(), v.array(augmentation)),
    ),
    seed: v.number(),
    validationSplit: v.number(),
    classWeight: v.nullable(v.union([v.literal("balanced"), v.record(v.string(), v.number())])),
    stepsPerEpoch: v.nullable(whole(1)),
    numerics: v.picklist(["reproducible", "fast"]),
    threads: whole(1),
  }),
  data: v.object({
    name: v.string(),
    classNames: v.array(v.string()),
    trainImages: v.nullable(whole(1)),
    validationImages: v.nullable(whole(0)),
    testImages: v.nullable(whole(1)),
  }),
  machine: v.object({ cpu: v.string(), cores: whole(1), platform: v.string() }),
});

const history = v.pipe(
  v.object({
    epochs: v.array(whole(1)),
    iterations: wholes,
    history: v.record(v.string(), nums),
    chosen: v.optional(whole(1)),
    stopped: v.optional(v.string()),
  }),
  v.check(
    ({ epochs, iterations, history }) => sameLength(epochs, iterations, ...Object.values(history)),
    "expected a number for each epoch",
  ),
);

const evaluation = v.pipe(
  v.object({
    accuracy: v.optional(num),
    loss: num,
    metrics: v.optional(v.record(v.string(), num)),
    confusionMatrix: v.array(wholes),
    perClass: v.array(v.object({ name: v.string(), precision: num, recall: num, f1: num, support: whole(0) })),
  }),
  v.check(
    ({ confusionMatrix, perClass }) => sameLength(perClass, confusionMatrix, ...confusionMatrix),
    "expected a row and a column of the confusion matrix for each class",
  ),
);

const predictions = v.pipe(
  v.object({
    /** SHA-256 of the test images. Only predictions for the same images can be compared. */
    images: v.string(),
    labels: wholes,
    predicted: wholes,
    confidence: v.array(v.number()),
    margin: v.optional(v.array(v.number())),
  }),
  v.check(
    ({ labels, predicted, confidence, margin = labels }) => sameLength(labels, predicted, confidence, margin),
    "expected as many labels as predictions, confidences and margins",
  ),
);

const examples = v.pipe(
  v.object({
    shape: v.pipe(v.array(whole(1)), v.length(3)),
    scale: v.optional(v.number()),
    classNames: v.array(v.string()),
    images: v.array(
      v.object({
        index: whole(0),
        label: whole(0),
        predicted: whole(0),
        confidence: v.number(),
        pixels: v.pipe(v.string(), v.base64()),
      }),
    ),
  }),
  v.check(({ shape, images }) => {
    const size = shape.reduce((product, side) => product * side, 1);
    return images.every(({ pixels }) => bytesIn(pixels) === size);
  }, "expected a byte for each pixel of an image"),
  v.check(
    ({ classNames, images }) => images.every(({ label, predicted }) => Math.max(label, predicted) < classNames.length),
    "expected labels of the named classes",
  ),
);

const steps = v.pipe(
  v.object({
    every: whole(1),
    iterations: wholes,
    loss: nums,
    learningRate: nums,
    gradientNorm: nums,
    maxGradientNorm: nums,
  }),
  v.check(
    ({ every: _, ...lists }) => sameLength(...Object.values(lists)),
    "expected as many numbers of each kind as iterations",
  ),
);

const weights = v.pipe(
  v.object({
    epochs: wholes,
    weights: v.record(v.string(), v.array(v.object({ min: num, max: num, counts: wholes }))),
  }),
  v.check(
    ({ epochs, weights }) => sameLength(epochs, ...Object.values(weights)),
    "expected a histogram of each weight for each epoch",
  ),
);

/** The schema of each file. */
export const runSchemas: { readonly [File in RunJson]: v.GenericSchema<unknown, RunFiles[File]> } = {
  "config.json": config,
  "history.json": history,
  "evaluation.json": evaluation,
  "predictions.json": predictions,
  "examples.json": examples,
  "steps.json": steps,
  "weights.json": weights,
};
