/** What the JSON files of a run hold. They are read again later, when another version may have written them. */
import * as v from "valibot";
import { networks, optimizers } from "./recipe.ts";

const whole = (least: number) => v.pipe(v.number(), v.integer(), v.minValue(least));
const num = v.nullable(v.number());
const wholes = v.array(whole(0));

const config = v.object({
  /** Versions. */
  lenet5: v.string(),
  node: v.string(),
  /** What was typed, and when (ISO 8601). */
  command: v.string(),
  started: v.string(),
  settings: v.object({
    network: v.picklist(networks),
    epochs: whole(1),
    batchSize: whole(1),
    optimizer: v.picklist(optimizers),
    /** null: the recipe's schedule; the model file has it in full. */
    learningRate: num,
    seed: whole(0),
    validationSplit: v.number(),
    numerics: v.picklist(["reproducible", "fast"]),
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

/** The library's History as JSON has it, with null for NaN. */
const history = v.object({
  epochs: v.array(whole(1)),
  history: v.record(v.string(), v.array(num)),
  stopped: v.optional(v.string()),
});

const evaluation = v.object({
  accuracy: num,
  loss: num,
  confusionMatrix: v.array(wholes),
  perClass: v.array(v.object({ name: v.string(), precision: num, recall: num, f1: num, support: whole(0) })),
});

const predictions = v.object({
  /** SHA-256 of the test images: answers can be compared where it is the same. */
  images: v.string(),
  labels: wholes,
  predicted: wholes,
  confidence: v.array(v.number()),
});

const examples = v.object({
  shape: wholes,
  classNames: v.array(v.string()),
  images: v.array(
    v.object({
      ...{ index: whole(0), label: whole(0), predicted: whole(0), confidence: v.number() },
      pixels: v.pipe(v.string(), v.base64()),
    }),
  ),
});

const nums = v.array(num);

const steps = v.object({
  ...{ every: whole(1), iterations: wholes, loss: nums },
  ...{ learningRate: nums, gradientNorm: nums, gradientNormMost: nums },
});

const weights = v.object({
  epochs: wholes,
  weights: v.record(v.string(), v.array(v.object({ least: num, most: num, counts: wholes }))),
});

/** By file. */
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
