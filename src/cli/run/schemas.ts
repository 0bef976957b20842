/** Schemas of the JSON files of a run. They are read again later, when they may be damaged or of another version. */
import * as v from "valibot";
import { InputError } from "../../core/errors.ts";
import { augmentationFrom } from "../../data/augmentation/augmentations.ts";
import type { Augmentation } from "../../index.ts";
import { networkNames } from "../networks/networks.ts";
import { numericsNames, optimizerNames } from "../recipe.ts";

const whole = (min: number) => v.pipe(v.number(), v.integer(), v.minValue(min));
const num = v.nullable(v.number());
const wholes = v.array(whole(0));
const nums = v.array(num);
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
/** Number of bytes that a base64 text encodes. */
const bytesIn = (text: string) => (text.length / 4) * 3 - (text.length - text.replace(/=+$/, "").length);
/** Whether lists have one length. */
const sameLength = (...lists: readonly (readonly unknown[])[]) => new Set(lists.map(({ length }) => length)).size === 1;

/** An augmentation, checked by the function that makes it. */
const augmentation = v.pipe(
  v.unknown(),
  v.rawTransform(({ dataset, addIssue, NEVER }): Augmentation => {
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
  /** Versions of the package and of Node. */
  lenet5: v.string(),
  node: v.string(),
  /** The command line, and when it was run (ISO 8601). */
  command: v.string(),
  started: v.string(),
  settings: v.object({
    network: v.picklist(networkNames),
    epochs: whole(1),
    batchSize: whole(1),
    optimizer: v.picklist(optimizerNames),
    /** null: training images are not distorted. */
    augment: v.nullable(augmentation),
    /** null: the recipe's schedule, which the model file holds. */
    learningRate: num,
    seed: whole(0),
    validationSplit: v.number(),
    numerics: v.picklist(numericsNames),
    threads: whole(1),
  }),
  data: v.object({
    id: v.string(),
    source: v.string(),
    notice: v.nullable(v.string()),
    classNames: v.array(v.string()),
    trainImages: whole(1),
    validationImages: whole(0),
    testImages: whole(1),
  }),
  machine: v.object({ cpu: v.string(), cores: whole(1), platform: v.string() }),
});

/** The library's `History`, with null for NaN. */
const history = v.pipe(
  v.object({
    epochs: v.array(whole(1)),
    history: v.record(v.string(), nums),
    stopped: v.optional(v.string()),
  }),
  v.check(({ epochs, history }) => sameLength(epochs, ...Object.values(history)), "expected a number for each epoch"),
);

const evaluation = v.pipe(
  v.object({
    accuracy: num,
    loss: num,
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
    confidence: v.array(share),
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
        confidence: share,
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
export const runSchemas = {
  "config.json": config,
  "history.json": history,
  "evaluation.json": evaluation,
  "predictions.json": predictions,
  "examples.json": examples,
  "steps.json": steps,
  "weights.json": weights,
};

export type RunJson = keyof typeof runSchemas;
export type RunContent<File extends RunJson> = v.InferOutput<(typeof runSchemas)[File]>;
export type RunConfig = RunContent<"config.json">;
export type RunHistory = RunContent<"history.json">;
