import { terminalColumns, terminalWritten, writeOut } from "#platform";
import { LiveLines } from "../training/callbacks/live-lines.ts";

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
