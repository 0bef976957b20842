import { writeBeside } from "#platform";
import type { HistoryJson } from "../../figures.ts";
import type { Model } from "../../index.ts";
import type { Run } from "./run.ts";
import type { RunConfig, RunHistory } from "./schemas.ts";

export async function savedHistory(run: Run): Promise<RunHistory> {
  return (await run.read("history.json")) ?? { epochs: [], history: {} };
}

/** Writes `history.json` and `history.csv`. */
export async function writeHistory(run: Run, history: RunHistory): Promise<void> {
  await run.write("history.json", history);
  const names = Object.keys(history.history);
  const rows = history.epochs.map((epoch, i) => [epoch, ...names.map((name) => history.history[name]![i] ?? "")]);
  await writeBeside(run.file("history.csv"), `${[["epoch", ...names], ...rows].map((row) => row.join()).join("\n")}\n`);
}

/** The saved history up to the model's epoch. The history is written before the model, and may be an epoch ahead. */
export async function keptHistory(run: Run, model: Model): Promise<HistoryJson> {
  const saved = await savedHistory(run);
  const steps = model.training?.iterations ?? Number.POSITIVE_INFINITY;
  const done = Math.min(saved.epochs.length, Math.floor(steps / stepsPerEpoch(run.config)));
  return { ...firstEpochs(saved, done), chosen: saved.epochs[done - 1] };
}

export function firstEpochs({ epochs, history }: RunHistory, count: number): RunHistory {
  const kept = Object.entries(history).map(([name, values]) => [name, values.slice(0, count)]);
  return { epochs: epochs.slice(0, count), history: Object.fromEntries(kept) };
}

export function stepsPerEpoch({ data, settings }: Pick<RunConfig, "data" | "settings">): number {
  return Math.ceil(data.trainImages / settings.batchSize);
}
