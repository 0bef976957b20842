/** Schemas of the JSON files of a run. They are read again later, when they may be damaged or of another version. */
import * as v from "valibot";
import { InputError } from "../core/errors.ts";
import { type Augmentation, augmentationFrom } from "../data/augmentation/augmentations.ts";
import { checkedPreparation, type Preparation } from "../pictures/preparation.ts";
import type { RunFiles, RunJson } from "./run-files.ts";

const whole = (min: number) => v.pipe(v.number(), v.integer(), v.minValue(min));
const num = v.nullable(v.number());
const wholes = v.array(whole(0));
const nums = v.array(num);
/** Number of bytes that a base64 text encodes. */
const bytesIn = (text: string) => (text.length / 4) * 3 - (text.length - text.replace(/=+$/, "").length);
/** Whether lists have one length. */
const sameLength = (...lists: readonly (readonly unknown[])[]) => new Set(lists.map(({ length }) => length)).size === 1;

/** A value that a function of the library checks and returns. */
function checkedBy<Value>(check: (given: unknown) => Value) {
  return v.pipe(
    v.unknown(),
    v.rawTransform(({ dataset, addIssue, NEVER }): Value => {
      try {
        return check(dataset.value);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        addIssue({ message: error.message });
        return NEVER;
      }
    }),
  );
}

/** An augmentation, checked by the function that makes it; of the caller's own function, its name. */
const augmentation = checkedBy((given): Augmentation | string => {
  return typeof given === "string" ? given : augmentationFrom("augment", given);
});

const preparation = checkedBy((given) => checkedPreparation("preparation", given as Preparation));

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
    preparation: v.nullable(preparation),
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
    checksum: v.optional(v.string()),
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
