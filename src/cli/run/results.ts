import { sha256, terminalColumns } from "#platform";
import type { ClassReport, Dataset, Model, Predictions } from "../../index.ts";
import { percent } from "../../report/drawing/numbers.ts";
import { examples } from "../../report/statistics/examples.ts";
import { counted, type Print } from "../output.ts";
import { confusionText } from "../tables.ts";
import type { Run } from "./run.ts";

/** The content of `evaluation.json`. */
export interface Evaluation {
  readonly accuracy: number;
  readonly loss: number;
  readonly confusionMatrix: readonly (readonly number[])[];
  readonly perClass: readonly ClassReport[];
}

/** Results of a model on the test images. */
export interface TestResults {
  readonly evaluation: Evaluation;
  readonly predictions: Predictions;
}

/** Loss, accuracy, confusion matrix and every prediction. The model need not be compiled; it is not changed. */
export async function testResults(model: Model, test: Dataset): Promise<TestResults> {
  const { classNames } = test;
  const results = await model.evaluate(test, { confusionMatrix: true, predictions: true, classNames });
  const { accuracy, loss, confusionMatrix, perClass, predictions } = results;
  return { evaluation: { accuracy: accuracy!, loss, confusionMatrix, perClass }, predictions };
}

/** Writes `evaluation.json`, `predictions.json` and `examples.json`. */
export async function saveResults(run: Run, { evaluation, predictions }: TestResults, test: Dataset): Promise<void> {
  const confidence = predictions.confidence.map((value) => Number(value.toFixed(6)));
  const margin = predictions.margin.map((value) => Number(value.toFixed(6)));
  const { data } = test.images;
  const images = await sha256(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  await run.write("evaluation.json", evaluation);
  await run.write("predictions.json", { images, ...predictions, confidence, margin });
  await run.write("examples.json", examples(predictions, test));
}

export function printEvaluation(evaluation: Evaluation, classNames: readonly string[], print: Print): void {
  const total = evaluation.perClass.reduce((sum, { support }) => sum + support, 0);
  const wrong = total - Math.round(evaluation.accuracy * total);
  print(
    `\nTest accuracy ${percent(evaluation.accuracy)}, loss ${evaluation.loss.toFixed(4)} (${counted(wrong)} of ${counted(total)} wrong)\n`,
  );
  print(confusionText(evaluation.confusionMatrix, classNames, terminalColumns("out") ?? 80));
}
