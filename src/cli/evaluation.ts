import { terminalColumns } from "#platform";
import { visible } from "../core/visible.ts";
import type { RunEvaluation } from "../index.ts";
import { decimal, percent } from "../report/drawing/numbers.ts";
import { cellsOf } from "../report/statistics/confusion.ts";
import { counted, type Print } from "./output.ts";
import { confusionText } from "./tables.ts";

export function printEvaluation(
  { accuracy, loss, metrics = {}, perClass, confusionMatrix }: RunEvaluation,
  classNames: readonly string[],
  print: Print,
): void {
  const total = perClass.reduce((sum, { support }) => sum + support, 0);
  const wrong = total - Math.round(accuracy * total);
  const others = Object.entries(metrics).map(([name, value]) => `, ${name} ${decimal(value, "full")}`);
  print(
    `\nTest accuracy ${percent(accuracy)}, loss ${loss.toFixed(4)}${others.join("")} (${counted(wrong)} of ${counted(total)} wrong)\n`,
  );
  print(confusionText(confusionMatrix, classNames, terminalColumns("out") ?? 80));
  const only = onlyAnswer(confusionMatrix);
  if (only !== undefined) {
    print(
      `\nNote: every image is classified as "${visible(classNames[only] ?? String(only))}", after too few steps or with a learning rate that does not suit: try more epochs, or --optimizer adam --learning-rate 0.001`,
    );
  }
}

/** The class of all answers; undefined where there are several. */
function onlyAnswer(confusionMatrix: RunEvaluation["confusionMatrix"]): number | undefined {
  const { images, answers } = cellsOf(confusionMatrix);
  const some = (counts: readonly number[]) => counts.filter((count) => count > 0).length;
  return some(images) > 1 && some(answers) === 1 ? answers.findIndex((count) => count > 0) : undefined;
}
