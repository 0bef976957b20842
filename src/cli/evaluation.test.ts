import { expect, test } from "vitest";
import { printEvaluation } from "./evaluation.ts";

const row = (support: number) => ({ precision: 0, recall: 0, f1: 0, support });

function printed(confusionMatrix: number[][]): string {
  const lines: string[] = [];
  const perClass = confusionMatrix.map((counts) => row(counts.reduce((sum, count) => sum + count, 0)));
  const evaluation = { accuracy: 0.5, loss: 0.7, perClass, confusionMatrix };
  printEvaluation(evaluation as never, ["cat", "dog"], (line) => lines.push(line));
  return lines.join("\n");
}

test("a network that gives all images one class gets a note", () => {
  const note = 'Note: every image is classified as "dog", after too few steps or with a learning rate that does not';
  expect(
    printed([
      [0, 4],
      [0, 4],
    ]),
  ).toContain(note);
  expect(
    printed([
      [1, 3],
      [0, 4],
    ]),
  ).not.toContain("Note");
  expect(
    printed([
      [0, 0],
      [0, 4],
    ]),
  ).not.toContain("Note");
});
