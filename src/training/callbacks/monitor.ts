import { InputError, listed, oneOf } from "../../core/errors.ts";
import type { Logs } from "../history.ts";

/** A number of the epoch that a callback watches. */
export interface MonitorOptions {
  /** Default "val_loss". */
  readonly monitor?: string;
  /** Whether lower or higher is better; default "auto": higher for names that hold "accuracy". */
  readonly mode?: "auto" | "min" | "max";
  /** A change smaller than this is none; default 0. */
  readonly minDelta?: number;
}

/** The watched number: its value in this epoch, and whether it is the best so far. */
export class Monitor {
  readonly name: string;
  best: number | undefined;
  private readonly higherIsBetter: boolean;
  private readonly minDelta: number;

  constructor(what: string, options: MonitorOptions) {
    const { monitor = "val_loss", mode = "auto", minDelta = 0 } = options;
    oneOf(`${what} mode`, mode, ["auto", "min", "max"]);
    this.name = monitor;
    this.higherIsBetter = mode === "max" || (mode === "auto" && monitor.includes("accuracy"));
    this.minDelta = Math.abs(minDelta);
  }

  /** @throws InputError when the epoch has no such number */
  value(what: string, logs: Logs): number {
    const value = logs[this.name];
    if (value === undefined) {
      throw new InputError(
        `${what}: expected monitor ${listed(Object.keys(logs))}, got "${this.name}": is there validation data?`,
      );
    }
    return value;
  }

  /** Remembers the value if it is better than the best so far, and tells whether it is. A NaN never is. */
  improves(value: number): boolean {
    const better =
      !Number.isNaN(value) &&
      (this.best === undefined ||
        (this.higherIsBetter ? value > this.best + this.minDelta : value < this.best - this.minDelta));
    if (better) this.best = value;
    return better;
  }
}
