import { sha256, terminalColumns } from "#platform";
import type { ClassReport, Dataset, Model, Predictions } from "../index.ts";
import { percent } from "../report/drawing/numbers.ts";
import { examples } from "../report/statistics/examples.ts";
import { counted } from "./output.ts";
import { writeRunJson } from "./run-folder.ts";
import { confusionText } from "./tables.ts";

/** What `evaluation.json` holds. */
export interface TestResults {
  readonly accuracy: number;
  readonly loss: number;
  readonly confusionMatrix: readonly (readonly number[])[];
  readonly perClass: readonly ClassReport[];
}

/** What a network made of the test images. */
export interface TestAnswers {
  readonly evaluation: TestResults;
  readonly predictions: Predictions;
}

/** Loss, accuracy, who was read as whom, and every answer. A network may come uncompiled; it is not changed. */
export async function testResults(model: Model, test: Dataset): Promise<TestAnswers> {
  const { classNames } = test;
  const results = await model.evaluate(test, { confusionMatrix: true, predictions: true, classNames });
  const { accuracy, loss, confusionMatrix, perClass, predictions } = results;
  return { evaluation: { accuracy: accuracy!, loss, confusionMatrix, perClass }, predictions };
}

/** Writes into a run's folder what its network made of the test images. */
export async function saveResults(
  path: string,
  { evaluation, predictions }: TestAnswers,
  test: Dataset,
): Promise<void> {
  const confidence = predictions.confidence.map((value) => Number(value.toFixed(6)));
  const margin = predictions.margin.map((value) => Number(value.toFixed(6)));
  const { data } = test.images;
  const images = await sha256(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  await writeRunJson(path, "evaluation.json", evaluation);
  await writeRunJson(path, "predictions.json", { images, ...predictions, confidence, margin });
  await writeRunJson(path, "examples.json", examples(predictions, test));
}

export function tellEvaluation(
  evaluation: TestResults,
  classNames: readonly string[],
  say: (line: string) => void,
): void {
  const total = evaluation.perClass.reduce((sum, { support }) => sum + support, 0);
  const wrong = total - Math.round(evaluation.accuracy * total);
  say(
    `\nTest accuracy ${percent(evaluation.accuracy)}, loss ${evaluation.loss.toFixed(4)} (${counted(wrong)} of ${counted(total)} wrong)\n`,
  );
  say(confusionText(evaluation.confusionMatrix, classNames, terminalColumns("out") ?? 80));
}
