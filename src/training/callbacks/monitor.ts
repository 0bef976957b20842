import { InputError, listed } from "../../core/errors.ts";
import { type ConfigOf, choice, optional, text, within } from "../../core/options.ts";
import type { Logs } from "../history.ts";

/** Options of every callback that watches one of the numbers of an epoch. */
export const monitorOptions = {
  /** The number to watch, by its name in the history, such as "val_accuracy". Default "val_loss". */
  monitor: optional(text, "val_loss"),
  /**
   * Whether lower or higher is better. Default "auto": higher for
   * names that contain "acc", "auc", "precision", "recall" or "f1", otherwise lower.
   */
  mode: optional(choice(["auto", "min", "max"]), "auto"),
  /** A change of this much or less is no improvement; at least 0. Default 0. */
  minDelta: optional(within(0), 0),
};

/** Names of numbers that are better when they are higher. */
const isScore = /acc|auc|precision|recall|f1/;

/** The watched number: its value in this epoch, and whether it is the best so far. */
export class Monitor {
  readonly name: string;
  best: number | undefined;
  private readonly what: string;
  private readonly higherIsBetter: boolean;
  private readonly minDelta: number;

  /** `what` names the callback in errors; the first epochs must improve on `best`. */
  constructor(what: string, { monitor, mode, minDelta }: ConfigOf<typeof monitorOptions>, best?: number) {
    this.what = what;
    this.name = monitor;
    this.best = best;
    this.higherIsBetter = mode === "max" || (mode === "auto" && isScore.test(monitor));
    this.minDelta = minDelta;
  }

  /** The epoch's value. @throws InputError when the epoch has no such number */
  value(logs: Logs): number {
    const value = logs[this.name];
    if (value === undefined) {
      throw new InputError(
        `${this.what}: expected monitor ${listed(Object.keys(logs))}, got "${this.name}": is there validation data?`,
      );
    }
    return value;
  }

  /** Remembers the value if it is better than the best so far, and returns whether it is. A NaN never is. */
  improves(value: number): boolean {
    const better =
      !Number.isNaN(value) &&
      (this.best === undefined ||
        (this.higherIsBetter ? value > this.best + this.minDelta : value < this.best - this.minDelta));
    if (better) this.best = value;
    return better;
  }
}
