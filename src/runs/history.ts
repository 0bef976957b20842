import type { HistoryJson } from "../report/results.ts";
import type { RunHistory } from "./run-files.ts";

/** The history of a run before its first epoch. */
export const noHistory = (): RunHistory => ({ epochs: [], iterations: [], history: {} });

/**
 * The history up to the epoch of a model that was trained on `iterations` batches. The history is written before the
 * model, and may be an epoch ahead.
 */
export function keptHistory(saved: RunHistory, iterations = Number.POSITIVE_INFINITY): HistoryJson {
  const done = saved.iterations.filter((batches) => batches <= iterations).length;
  const { epochs, history } = firstEpochs(saved, done);
  return { epochs, history, chosen: saved.chosen ?? epochs.at(-1) };
}

/** The first `count` epochs, without why an earlier part of the training ended. */
export function firstEpochs({ epochs, iterations, history }: RunHistory, count: number): RunHistory {
  const kept = Object.entries(history).map(([name, values]) => [name, values.slice(0, count)]);
  return {
    epochs: epochs.slice(0, count),
    iterations: iterations.slice(0, count),
    history: Object.fromEntries(kept),
  };
}

/** `history.csv`: a line for each epoch. */
export function historyCsv({ epochs, history }: RunHistory): string {
  const names = Object.keys(history);
  const rows = epochs.map((epoch, i) => [epoch, ...names.map((name) => history[name]![i] ?? "")]);
  return `${[["epoch", ...names.map(csvText)], ...rows].map((row) => row.join()).join("\n")}\n`;
}

/** The name of a metric in a CSV file. One that begins like a formula gets an apostrophe: spreadsheets would compute it. */
function csvText(name: string): string {
  const text = /^[=+\-@\t\r]/.test(name) ? `'${name}` : name;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
