import { terminalColumns, terminalWritten, writeOut } from "#platform";
import { InputError, shown } from "../core/errors.ts";
import { type Check, optional, whole } from "../core/options.ts";
import { abortSignal } from "../core/signal.ts";
import { LiveLines } from "../training/callbacks/live-lines.ts";

/** "auto" and true are 1, false is 0, as in Keras. */
const verbosity: Check<0 | 1 | "auto" | boolean, 0 | 1> = (what, given) => {
  if (given === "auto" || given === true) return 1;
  if (given === false) return 0;
  if (given === 0 || given === 1) return given;
  throw new InputError(`${what}: expected 0, 1, true, false or "auto", got ${shown(given)}`);
};

/** Options of one pass over images: of `evaluate` and `predict`. */
export const passOptions = {
  /**
   * Images that are handed to the engine at a time, at least 1. It bounds the memory for copies of the images, and does
   * not change the result. Default: all; with `verbose`, 8192. Streams bring their own batches.
   */
  batchSize: optional(whole(), undefined),
  /**
   * 0 or false: silent; 1, true or "auto": a line of progress, rewritten on a terminal, otherwise at the end. Default 0.
   */
  verbose: optional(verbosity, 0),
  /** Aborting it ends the call at once: the promise is rejected with the signal's reason. Default: none. */
  signal: optional(abortSignal, undefined),
};

/** Images at a time where progress is shown. */
export const SHOWN = 8192;

/** The line of progress of `verbose`: `evaluate: 2,048/10,000 images`. */
export class ProgressLine {
  private readonly what: string;
  private readonly total: number | undefined;
  private readonly live: LiveLines | undefined;
  private readonly isShown: boolean;
  private done = 0;

  /** `total`: undefined for a stream of unknown length. */
  constructor(what: string, verbose: 0 | 1, total: number | undefined) {
    this.what = what;
    this.total = total;
    this.isShown = verbose === 1;
    const columns = () => terminalColumns("out") ?? 80;
    if (this.isShown && terminalColumns("out") !== undefined)
      this.live = new LiveLines({ columns, write: writeOut, written: terminalWritten });
  }

  /** After `images` more images. */
  add(images: number): void {
    this.done += images;
    this.live?.show([this.text()]);
  }

  /** At the end, with numbers to show beside the count. */
  end(logs: Readonly<Record<string, unknown>> = {}): void {
    if (!this.isShown) return;
    const numbers = Object.entries(logs).filter((entry): entry is [string, number] => typeof entry[1] === "number");
    const line = [this.text(), ...numbers.map(([name, value]) => `${name} ${value.toFixed(4)}`)].join("  ");
    if (this.live) this.live.show([], `${line}\n`);
    else writeOut(`${line}\n`);
  }

  private text(): string {
    const number = (value: number) => value.toLocaleString("en-US");
    const of = this.total === undefined ? "" : `/${number(this.total)}`;
    return `${this.what}: ${number(this.done)}${of} images`;
  }
}
