import { columnsOf, cut, padEnd, padStart, widest } from "../core/columns.ts";
import { visible } from "../core/visible.ts";
import type { Confusion } from "../report/results.ts";
import { shownConfusion } from "../report/statistics/confusion.ts";
import { mistakes } from "../report/statistics/mistakes.ts";
import { counted } from "./output.ts";

/** Columns of a class's name. */
const MAX_NAME = 30;
/** No terminal is as wide as the matrix of more classes. */
const MAX_CLASSES = 100;
const MAX_PAIRS = 10;

/**
 * A confusion matrix for people: the whole matrix where it fits in `columns` characters, else the most frequent
 * confusions. Ends with a line feed.
 */
export function confusionText(confusion: Confusion, classNames: readonly string[], columns: number): string {
  const nameOf = (k: number) => cut(visible(classNames[k] ?? String(k)), MAX_NAME);
  const matrix = matrixText(confusion, nameOf);
  return `${(matrix && widest(matrix) <= columns ? matrix : pairsText(confusion, nameOf)).join("\n")}\n`;
}

/** Undefined for many classes. */
function matrixText(confusion: Confusion, nameOf: (k: number) => string): string[] | undefined {
  const { counts, classes, which } = shownConfusion(confusion, MAX_CLASSES);
  if (which !== "") return undefined;
  const names = classes.map(nameOf);
  // Long names would make the columns wide: columns then have the class number, and rows number and name.
  const short = widest(names) <= 4;
  const heads = short ? names : names.map((_, k) => String(k));
  const labels = short ? names : names.map((name, k) => `${k} ${name}`);
  const cells = counts.map((row) => row.map((count) => (count === 0 ? "·" : String(count))));
  const label = Math.max(4, widest(labels));
  const widths = heads.map((head, k) => Math.max(2, columnsOf(head), widest(cells.map((row) => row[k]))) + 1);
  const line = (first: string, rest: readonly string[]) =>
    padEnd(first, label) + rest.map((text, k) => padStart(text, widths[k])).join("");
  return [
    "Confusion matrix (row: true class, column: predicted class)",
    line("", heads),
    ...cells.map((row, k) => line(labels[k], row)),
  ];
}

function pairsText(confusion: Confusion, nameOf: (k: number) => string): string[] {
  const pairs = mistakes(confusion);
  if (pairs.length === 0) return ["No image was misclassified."];
  const shown = pairs
    .slice(0, MAX_PAIRS)
    .map(({ label, predicted, times }) => ({ from: nameOf(label), to: nameOf(predicted), times }));
  const [left, right] = [widest(shown.map(({ from }) => from)), widest(shown.map(({ to }) => to))];
  const rest = pairs.length - shown.length;
  return [
    "Most frequent confusions (true class → predicted class, images)",
    ...shown.map(({ from, to, times }) => `${padEnd(from, left)} → ${padEnd(to, right)} ${counted(times).padStart(6)}`),
    ...(rest > 0 ? [`and ${counted(rest)} more pairs`] : []),
  ];
}
