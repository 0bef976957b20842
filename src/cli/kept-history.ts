import type { HistoryJson } from "../figures.ts";
import type { Model } from "../index.ts";
import { readConfig, readHistory } from "./run-folder.ts";

/** A run's epochs as far as its model has learned them: the history is written before the model, and may be one ahead. */
export async function keptHistory(run: string, model: Model): Promise<HistoryJson> {
  const { data, settings } = await readConfig(run);
  const { epochs, history } = await readHistory(run);
  const batches = model.training?.iterations ?? Number.POSITIVE_INFINITY;
  const done = Math.min(epochs.length, Math.floor(batches / Math.ceil(data.trainImages / settings.batchSize)));
  const kept = Object.entries(history).map(([name, values]) => [name, values.slice(0, done)]);
  return { epochs: epochs.slice(0, done), history: Object.fromEntries(kept), chosen: epochs[done - 1] };
}
