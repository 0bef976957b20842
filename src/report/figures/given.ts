import { InputError, shown } from "../../core/errors.ts";

type Check = (value: unknown) => boolean;

const isList: Check = (value) => typeof value === "object" && value !== null && "length" in value;
const isTable: Check = (value) => Array.isArray(value) && value.every(isList);
const isRecord: Check = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isColumns: Check = (value) =>
  isRecord(value) && Object.values(value as object).every((column) => column === undefined || isList(column));
const isImages: Check = (value) => isRecord(value) && isList((value as { shape?: unknown }).shape);
const has =
  (...lists: readonly string[]): Check =>
  (value) =>
    isRecord(value) && lists.every((name) => isList((value as Record<string, unknown>)[name]));
const isSetups: Check = (value) =>
  Array.isArray(value) &&
  value.every((setup) => has("runs")(setup) && setup.runs.every(has("testError", "trainingError")));
const isPredictions = has("labels", "predicted", "confidence");
const isExamples = has("shape", "classNames", "images");

/** Inputs of figures: description for the error message, and checks of the fields that are needed. */
const kinds = {
  history: ["a history with epochs and history, as fit returns it", { epochs: isList, history: isColumns }],
  steps: [
    "steps with iterations, loss, learningRate and gradientNorm, as steps.json has them",
    { iterations: isList, loss: isList, learningRate: isList, gradientNorm: isList },
  ],
  confusion: ["an evaluation with confusionMatrix, as evaluate returns it", { confusionMatrix: isTable }],
  classes: ["an evaluation with perClass, as evaluate returns it", { perClass: isList }],
  predictions: [
    "predictions with labels, predicted and confidence, as evaluate returns them",
    { labels: isList, predicted: isList, confidence: isList },
  ],
  examples: [
    "examples with shape, classNames and images, as examples returns them",
    { shape: isList, classNames: isList, images: isList },
  ],
  data: ["a data set with classNames and parts, as inspectData returns it", { classNames: isList, parts: isList }],
  pictures: ["a data set with images, labels and classNames", { images: isImages, labels: isList, classNames: isList }],
  weights: ["histograms with epochs and weights, as weights.json has them", { epochs: isList, weights: isColumns }],
  kernels: ["kernels with shape and values, as model.kernels returns them", { shape: isList, values: isList }],
  maps: ["layers with their values, as model.layerOutputs returns them", { layers: isList }],
  paper: [
    "results with setups, predictions and misread, as paper.json has them",
    { setups: isSetups, predictions: isPredictions, misread: isExamples },
  ],
  network: ["a network with layers, as model.summaryData returns it", { layers: isList }],
} as const satisfies Record<string, readonly [string, Readonly<Record<string, Check>>]>;

/** Returns the value. Throws an {@link InputError} unless it has the fields that the figure needs. */
export function given<Value>(figure: string, kind: keyof typeof kinds, value: Value): Value {
  const [words, checks] = kinds[kind];
  const complete =
    isRecord(value) && Object.entries(checks).every(([name, check]) => check(value[name as keyof Value]));
  if (!complete) throw new InputError(`${figure}: expected ${words}, got ${shown(value)}`);
  return value;
}
