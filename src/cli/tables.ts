import { columnsOf, cut, padEnd, padStart, widest } from "../core/columns.ts";
import { visible } from "../core/visible.ts";
import { counted } from "./output.ts";

/** Columns of a class's name. */
const MAX_NAME = 30;

/** Counts[true class][predicted class]. */
export type Confusion = readonly (readonly number[])[];

/**
 * A confusion matrix for people: the whole matrix where it fits in `columns` characters, else the most frequent
 * confusions. Ends with a line feed.
 */
export function confusionText(counts: Confusion, classNames: readonly string[], columns: number): string {
  const names = classNames.map((name) => cut(visible(name), MAX_NAME));
  const matrix = matrixText(counts, names);
  const width = widest(matrix);
  return `${(width <= columns ? matrix : pairsText(counts, names)).join("\n")}\n`;
}

function matrixText(counts: Confusion, names: readonly string[]): string[] {
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

const MAX_PAIRS = 10;

function pairsText(counts: Confusion, names: readonly string[]): string[] {
  const pairs = counts
    .flatMap((row, t) => row.map((count, p) => ({ count, t, p })))
    .filter(({ count, t, p }) => count > 0 && t !== p)
    .sort((a, b) => b.count - a.count || a.t - b.t || a.p - b.p);
  if (pairs.length === 0) return ["No image was misclassified."];
  const shown = pairs.slice(0, MAX_PAIRS);
  const name = (k: number) => names[k] ?? String(k);
  const [left, right] = [widest(shown.map(({ t }) => name(t))), widest(shown.map(({ p }) => name(p)))];
  const rest = pairs.length - shown.length;
  return [
    "Most frequent confusions (true class → predicted class, images)",
    ...shown.map(
      ({ count, t, p }) => `${padEnd(name(t), left)} → ${padEnd(name(p), right)} ${counted(count).padStart(6)}`,
    ),
    ...(rest > 0 ? [`and ${counted(rest)} more pairs`] : []),
  ];
}
