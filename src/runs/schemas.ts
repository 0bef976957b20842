/**
 * Schemas of the JSON files of a run. They are read again later, when they may be damaged, of another version or from a
 * stranger: every number is within bounds in which everything can be drawn, in time that grows with the file.
 */
import * as v from "valibot";
import { type Augmentation, augmentationFrom } from "../augmentation/augmentations.ts";
import { InputError, shown } from "../core/errors.ts";
import { checkedPreparation, type Preparation } from "../pictures/preparation.ts";
import { bytesIn } from "../report/drawing/base64.ts";
import type { Confusion } from "../report/results.ts";
import type { RunFiles, RunJson } from "./run-files.ts";

/** The most classes: an evaluation of as many is read in seconds. */
const MAX_CLASSES = 1_000_000;
/** The most bins of a histogram. */
const MAX_BINS = 10_000;
/** The longest side of an image. */
const MAX_SIDE = 65_536;

const whole = (min: number, max = Number.MAX_SAFE_INTEGER) =>
  v.pipe(v.number(), v.safeInteger(), v.minValue(min), v.maxValue(max));
/** JSON may have 1e999, which is read as infinity. */
const finite = v.pipe(v.number(), v.finite());
const num = v.nullable(finite);
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

/** A list of numbers. One check for the list: a schema for each number takes a hundred times as long. */
function listOf<Item>(isItem: (value: unknown) => boolean, expected: string) {
  return v.pipe(
    v.custom<Item[]>(Array.isArray, "expected a list"),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      const wrong = dataset.value.findIndex((value) => !isItem(value));
      if (wrong >= 0)
        addIssue({ message: `expected ${expected}, got ${shown(dataset.value[wrong])} at index ${wrong}` });
    }),
  );
}

const isWhole = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
const wholes = listOf<number>(isWhole, "whole numbers of at least 0");
const finites = listOf<number>(Number.isFinite, "finite numbers");
const nums = listOf<number | null>((value) => value === null || Number.isFinite(value), "finite numbers or null");
const classNumbers = listOf<number>((value) => isWhole(value) && (value as number) < MAX_CLASSES, "class numbers");

/** Looks for other characters: a pattern for the whole text overflows the stack for an image of some megabytes. */
const isBase64 = (text: string) => text.length % 4 === 0 && !/[^A-Za-z0-9+/]/.test(text.replace(/={1,2}$/, ""));

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
  notes: v.record(v.string(), v.union([v.string(), finite])),
  extra: v.record(v.string(), v.unknown()),
  compiled: v.record(v.string(), v.unknown()),
  settings: v.object({
    epochs: whole(0),
    batchSize: v.nullable(whole(1)),
    shuffle: v.union([v.boolean(), v.literal("once")]),
    augment: v.lazy((steps) =>
      Array.isArray(steps) ? v.array(augmentation) : v.record(v.string(), v.array(augmentation)),
    ),
    seed: finite,
    validationSplit: share,
    classWeight: v.nullable(v.union([v.literal("balanced"), v.record(v.string(), finite)])),
    stepsPerEpoch: v.nullable(whole(1)),
    numerics: v.picklist(["reproducible", "fast"]),
    threads: whole(1),
  }),
  data: v.object({
    name: v.string(),
    classNames: v.pipe(v.array(v.string()), v.maxLength(MAX_CLASSES)),
    trainImages: v.nullable(whole(1)),
    validationImages: v.nullable(whole(0)),
    testImages: v.nullable(whole(1)),
    preparation: v.nullable(preparation),
  }),
  machine: v.object({ cpu: v.string(), cores: whole(1), platform: v.string() }),
});

const history = v.pipe(
  v.object({
    epochs: listOf<number>((value) => isWhole(value) && value !== 0, "whole numbers of at least 1"),
    iterations: wholes,
    history: v.record(v.string(), nums),
    chosen: v.optional(whole(1)),
    stopped: v.optional(v.string()),
  }),
  v.check(
    ({ epochs, iterations, history }) => sameLength(epochs, iterations, ...Object.values(history)),
    "expected a number for each epoch",
  ),
  v.check(({ epochs }) => epochs.every((epoch, i) => i === 0 || epoch > epochs[i - 1]!), "expected epochs that rise"),
);

/** The cells of a confusion matrix of many classes. */
const sparse = v.pipe(
  v.object({
    classes: whole(0, MAX_CLASSES),
    cells: listOf<[number, number, number]>(
      (cell) => Array.isArray(cell) && cell.length === 3 && cell.every(isWhole),
      "[true class, predicted class, images]",
    ),
  }),
  v.check(
    ({ classes, cells }) => cells.every(([label, predicted]) => Math.max(label, predicted) < classes),
    "expected cells of the classes",
  ),
);

const evaluation = v.pipe(
  v.object({
    accuracy: v.optional(v.nullable(share)),
    loss: num,
    metrics: v.optional(v.record(v.string(), num)),
    confusionMatrix: v.lazy(
      (matrix): v.GenericSchema<unknown, Confusion> => (Array.isArray(matrix) ? v.array(wholes) : sparse),
    ),
    perClass: v.pipe(
      v.array(
        v.object({
          name: v.string(),
          precision: v.nullable(share),
          recall: v.nullable(share),
          f1: v.nullable(share),
          support: whole(0),
        }),
      ),
      v.maxLength(MAX_CLASSES),
    ),
    checksum: v.optional(v.string()),
  }),
  v.check(
    ({ confusionMatrix: matrix, perClass }) =>
      "cells" in matrix
        ? matrix.classes === perClass.length
        : matrix.length === perClass.length && matrix.every((row) => row.length === matrix.length),
    "expected a row and a column of the confusion matrix for each class",
  ),
);

const predictions = v.pipe(
  v.object({
    /** SHA-256 of the test images. Only predictions for the same images can be compared. */
    images: v.string(),
    labels: classNumbers,
    predicted: classNumbers,
    confidence: finites,
    margin: v.optional(finites),
  }),
  v.check(
    ({ labels, predicted, confidence, margin = labels }) => sameLength(labels, predicted, confidence, margin),
    "expected as many labels as predictions, confidences and margins",
  ),
);

const examples = v.pipe(
  v.object({
    shape: v.pipe(v.array(whole(1, MAX_SIDE)), v.length(3)),
    scale: v.optional(finite),
    classNames: v.pipe(v.array(v.string()), v.maxLength(MAX_CLASSES)),
    images: v.array(
      v.object({
        index: whole(0),
        label: whole(0),
        predicted: whole(0),
        confidence: finite,
        pixels: v.pipe(v.string(), v.check(isBase64, "expected bytes in base64")),
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

const histogram = v.pipe(
  v.object({ min: num, max: num, counts: v.pipe(wholes, v.maxLength(MAX_BINS)) }),
  v.check(({ min, max }) => min === null || max === null || min <= max, "expected a range from min to max"),
);

const weights = v.pipe(
  v.object({
    epochs: wholes,
    weights: v.record(v.string(), v.array(histogram)),
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
