import { InputError, shown } from "../../core/errors.ts";

type Check = (value: unknown) => boolean;

const isList = (value: unknown): value is ArrayLike<unknown> => Array.isArray(value) || ArrayBuffer.isView(value);
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
/** Every element: without a call for each, since lists may be long. */
const every =
  (check: Check): Check =>
  (value) => {
    if (!isList(value)) return false;
    for (let i = 0; i < value.length; i++) if (!check(value[i])) return false;
    return true;
  };
const isNumbers = every(Number.isFinite);
const isNames = every((name) => typeof name === "string");
const has =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isRecord(value) && Object.entries(fields).every(([name, check]) => check(value[name]));

const isColumns: Check = (value) =>
  isRecord(value) && Object.values(value).every((column) => column === undefined || isList(column));

/** A square of counts, or the cells of one. */
const isConfusion: Check = (value) => {
  if (!isRecord(value)) return isList(value) && every((row) => isList(row) && row.length === value.length)(value);
  const { classes } = value;
  const isClass: Check = (label) => isCount(label) && (label as number) < (classes as number);
  const isCell: Check = (cell) =>
    isList(cell) && cell.length === 3 && isClass(cell[0]) && isClass(cell[1]) && isCount(cell[2]);
  return isCount(classes) && every(isCell)(value.cells);
};

const isShape =
  (rank: number): Check =>
  (value) =>
    every(isCount)(value) && (value as ArrayLike<number>).length === rank;

/** A shape, of the rank if one is given, and as many values as it says. */
const isFilled =
  (values: string, rank?: number): Check =>
  (value) => {
    if (!isRecord(value) || !isList(value.shape) || !isList(value[values]) || !every(isCount)(value.shape))
      return false;
    const size = Array.from(value.shape as ArrayLike<number>).reduce((a, b) => a * b, 1);
    return size === value[values].length && (rank === undefined || value.shape.length === rank);
  };

const isSetup = has({ runs: every(has({ testError: isList, trainingError: isList })) });
const isPredictions = has({ labels: isList, predicted: isList, confidence: isList });
const isExample = has({ label: isCount, predicted: isCount, pixels: (value) => typeof value === "string" });
const isExamples = has({ shape: isShape(3), classNames: isNames, images: every(isExample) });

/** Inputs of figures: description for the error message, and what is needed of them. */
const kinds = {
  history: ["a history with epochs and history, as fit returns it", has({ epochs: isNumbers, history: isColumns })],
  steps: [
    "steps with iterations, loss, learningRate and gradientNorm, as steps.json has them",
    has({ iterations: isNumbers, loss: isList, learningRate: isList, gradientNorm: isList }),
  ],
  confusion: ["an evaluation with confusionMatrix, as evaluate returns it", has({ confusionMatrix: isConfusion })],
  classes: ["an evaluation with perClass, as evaluate returns it", has({ perClass: every(isRecord) })],
  predictions: ["predictions with labels, predicted and confidence, as evaluate returns them", isPredictions],
  examples: ["examples with shape, classNames and images, as examples returns them", isExamples],
  data: [
    "a data set with classNames and parts, as inspectData returns it",
    has({ classNames: isNames, parts: every(isRecord) }),
  ],
  pictures: [
    "a data set with images, labels and classNames",
    has({ images: isFilled("data", 4), labels: isList, classNames: isNames }),
  ],
  weights: [
    "histograms with epochs and weights, as weights.json has them",
    has({ epochs: isNumbers, weights: isColumns }),
  ],
  kernels: ["kernels with shape and values, as model.kernels returns them", isFilled("values", 4)],
  maps: ["layers with their values, as model.layerOutputs returns them", has({ layers: every(isFilled("values")) })],
  paper: [
    "results with setups, predictions and misread, as paper.json has them",
    has({ setups: every(isSetup), predictions: isPredictions, misread: isExamples }),
  ],
  network: ["a network with layers, as model.summaryData returns it", has({ layers: every(isRecord) })],
} as const satisfies Record<string, readonly [string, Check]>;

/** Returns the value. Throws an {@link InputError} unless it has the fields that the figure needs. */
export function given<Value>(figure: string, kind: keyof typeof kinds, value: Value): Value {
  const [words, isComplete] = kinds[kind];
  if (!isComplete(value)) throw new InputError(`${figure}: expected ${words}, got ${shown(value)}`);
  return value;
}
