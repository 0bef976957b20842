import { terminalColumns } from "#platform";
import type { RunEvaluation } from "../index.ts";
import { decimal, percent } from "../report/drawing/numbers.ts";
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
}
