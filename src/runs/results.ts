import { sha256 } from "#platform";
import { sizeOf, type Tensor } from "../core/tensor.ts";
import type { Predictions } from "../model/evaluation.ts";
import type { Model } from "../model/model.ts";
import type { Confusion, ExamplesJson } from "../report/results.ts";
import { confusionOf } from "../report/statistics/confusion.ts";
import { examples } from "../report/statistics/examples.ts";
import { type ClassReport, classReports } from "../training/class-report.ts";
import { type Run, writeRunFile } from "./run.ts";

/** Images to evaluate a model on, with the names of their classes. */
export interface TestImages {
  /** As in {@link LabelledImages}, for a model with one input. */
  readonly images: Tensor;
  /** `[N]` class numbers, or rows of targets `[N, K]` for the losses that take these. */
  readonly labels: ArrayLike<number> | Tensor;
  /** `[N]`: each image's loss is multiplied by its weight. Default: 1 for every image. */
  readonly sampleWeight?: ArrayLike<number>;
  /** Names of the classes, by class number. Default: the numbers. */
  readonly classNames?: readonly string[];
}

/** The content of `evaluation.json`. */
export interface RunEvaluation {
  /** The share of images whose class was predicted, from 0 to 1. */
  readonly accuracy: number;
  /** The mean loss. */
  readonly loss: number;
  /** The other metrics of the compiled model by name; absent where there are none. */
  readonly metrics?: Readonly<Record<string, number>>;
  /** counts[true class][predicted class]; of more than 200 classes, only the cells that have images. */
  readonly confusionMatrix: Confusion;
  /** Precision, recall and F1 of each class, in the order of the matrix. */
  readonly perClass: readonly ClassReport[];
  /** {@link Model.checksum} of the evaluated model; absent in files of earlier versions. */
  readonly checksum?: string;
}

/** Results of a model on the test images. */
export interface TestResults {
  /** Loss, accuracy and confusion matrix. */
  readonly evaluation: RunEvaluation;
  /** The prediction for every image. */
  readonly predictions: Predictions;
}

/** Outputs that are in memory at a time: of 10,000 images and as many classes, all would take 400 MB. */
const MAX_SCORES = 2 ** 24;

/** Loss, accuracy, confusion matrix and every prediction of a compiled model. The model is not changed. */
export async function testResults(model: Model, test: TestImages): Promise<TestResults> {
  const { classNames = [] } = test;
  const classes = Math.max(2, model.outputs.shape.at(-1)!);
  const batchSize = Math.max(256, Math.floor(MAX_SCORES / classes));
  const results = await model.evaluate(test, { predictions: true, classNames, batchSize });
  const { loss, predictions, ...metrics } = results;
  const { labels, predicted } = predictions;
  const right = labels.filter((label, i) => label === predicted[i]).length;
  const { accuracy: own, ...others } = metrics as Readonly<Record<string, number>>;
  // Of a single unit, the metric "accuracy" may cut logits at 0.5, as Keras does: the predictions do not.
  const accuracy = own === undefined || model.outputs.shape.at(-1) === 1 ? right / labels.length : own;
  const confusionMatrix = confusionOf(labels, predicted, classes);
  const evaluation = {
    accuracy,
    loss,
    ...(Object.keys(others).length > 0 && { metrics: others }),
    confusionMatrix,
    perClass: classReports(confusionMatrix, classNames),
    checksum: await model.checksum(),
  };
  return { evaluation, predictions };
}

/** Writes `evaluation.json`, `predictions.json` and, of images that can be shown, `examples.json`. */
export async function saveResults(run: Run, { evaluation, predictions }: TestResults, test: TestImages): Promise<void> {
  const rounded = (values: readonly number[]) => values.map((value) => Number(value.toFixed(6)));
  const [confidence, margin] = [rounded(predictions.confidence), rounded(predictions.margin)];
  const { data } = test.images;
  const images = await sha256(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  await writeRunFile(run, "evaluation.json", evaluation);
  await writeRunFile(run, "predictions.json", { images, ...predictions, confidence, margin });
  const classNames = evaluation.perClass.map(({ name }) => name);
  const shown = shownExamples(predictions, { images: test.images, classNames });
  if (shown) await writeRunFile(run, "examples.json", shown);
}

/** Images for the report; undefined for data that are not pictures. */
export function shownExamples(
  predictions: Predictions,
  { images, classNames }: { readonly images: Tensor; readonly classNames: readonly string[] },
): ExamplesJson | undefined {
  const [count, ...shape] = images.shape;
  const side = Math.sqrt(sizeOf(shape));
  const pictures = shape.length === 1 && Number.isInteger(side) ? [side, side, 1] : shape;
  if (pictures.length !== 3) return undefined;
  return examples(predictions, { images: { ...images, shape: [count!, ...pictures] }, classNames });
}
