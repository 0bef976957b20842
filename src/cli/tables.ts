import { counted } from "./output.ts";

/** Counts[true class][predicted class]. */
export type Confusion = readonly (readonly number[])[];

/**
 * A confusion matrix for people: the whole matrix where it fits in `columns` characters, else the most frequent
 * confusions. Ends with a line feed.
 */
export function confusionText(counts: Confusion, names: readonly string[], columns: number): string {
  const matrix = matrixText(counts, names);
  const width = Math.max(...matrix.map((line) => line.length));
  return `${(width <= columns ? matrix : pairsText(counts, names)).join("\n")}\n`;
}

function matrixText(counts: Confusion, names: readonly string[]): string[] {
  // Long names would make the columns wide: columns then have the class number, and rows number and name.
  const short = names.every((name) => name.length <= 4);
  const heads = short ? names : names.map((_, k) => String(k));
  const labels = short ? names : names.map((name, k) => `${k} ${name}`);
  const cells = counts.map((row) => row.map((count) => (count === 0 ? "·" : String(count))));
  const label = Math.max(4, ...labels.map((text) => text.length));
  const widths = heads.map((head, k) => Math.max(2, head.length, ...cells.map((row) => row[k].length)) + 1);
  const line = (first: string, rest: readonly string[]) =>
    first.padEnd(label) + rest.map((text, k) => text.padStart(widths[k])).join("");
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
  const [left, right] = [
    Math.max(...shown.map(({ t }) => name(t).length)),
    Math.max(...shown.map(({ p }) => name(p).length)),
  ];
  const rest = pairs.length - shown.length;
  return [
    "Most frequent confusions (true class → predicted class, images)",
    ...shown.map(
      ({ count, t, p }) => `${name(t).padEnd(left)} → ${name(p).padEnd(right)} ${counted(count).padStart(6)}`,
    ),
    ...(rest > 0 ? [`and ${counted(rest)} more pairs`] : []),
  ];
}
