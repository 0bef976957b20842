import { display } from "../core/display.ts";

/** The numbers of every epoch of a training. Plain JSON. */
export interface History {
  /** Numbers of the finished epochs, counted from 1. */
  readonly epochs: number[];
  /**
   * By Keras's names, one number for each epoch: `loss`, `accuracy`, `val_loss`, `val_accuracy`, ..., `learning_rate`
   * (of the epoch's last batch), `seconds`, `images_per_second`. In JSON text a NaN is null.
   */
  readonly history: Record<string, number[]>;
  /** Why training ended before its last epoch; absent when it did not. */
  stopped?: string;
}

/** Numbers of an epoch or batch, by name. */
export type Logs = Record<string, number>;

export function emptyHistory(): History {
  const history: History = { epochs: [], history: {} };
  // Not enumerable, so that the history stays plain JSON.
  return Object.defineProperty(history, display, { value: () => curvesOf(history) });
}

/** In a notebook: loss and accuracy by epoch. */
async function curvesOf(history: History): Promise<Record<string, string>> {
  const { historyPage } = await import("#notebook");
  return { ...historyPage(history), "text/plain": JSON.stringify(history) };
}

/** Adds an epoch. Where another epoch has a number that this one lacks, or the reverse, it is NaN. */
export function addEpoch(history: History, epoch: number, logs: Logs): void {
  const before = history.epochs.length;
  history.epochs.push(epoch);
  for (const [name, value] of Object.entries(logs)) {
    history.history[name] ??= new Array<number>(before).fill(Number.NaN);
    history.history[name].push(value);
  }
  for (const values of Object.values(history.history)) if (values.length <= before) values.push(Number.NaN);
}
