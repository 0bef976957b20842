import { terminalColumns, terminalWritten, writeError, writeOut } from "#platform";
import { count, counted, duration } from "../../report/drawing/numbers.ts";
import { LiveLines } from "../../training/callbacks/live-lines.ts";

/** Milliseconds between two lines of a terminal. */
const PAUSE = 100;

/** On a terminal one live line, elsewhere a line for every tenth of the pictures. */
export class BulkProgress {
  private readonly total: number;
  private readonly before: number;
  private readonly began = performance.now();
  private readonly write: typeof writeOut;
  private readonly live: LiveLines | undefined;
  private done: number;
  private shown = 0;

  /** @param before pictures that an earlier command has read */
  constructor(total: number, before: number, to: "out" | "error") {
    [this.total, this.before, this.done] = [total, before, before];
    this.write = to === "out" ? writeOut : writeError;
    const columns = () => terminalColumns(to) ?? 80;
    if (terminalColumns(to) !== undefined)
      this.live = new LiveLines({ columns, write: this.write, written: terminalWritten });
  }

  readonly add = (pictures: number): void => {
    const tenth = Math.floor((10 * this.done) / this.total);
    this.done += pictures;
    if (!this.live) {
      if (Math.floor((10 * this.done) / this.total) > tenth) this.write(`${this.text()}\n`);
    } else if (performance.now() - this.shown >= PAUSE || this.done === this.total) {
      this.shown = performance.now();
      this.live.show([this.text()]);
    }
  };

  /** `120,000 of 1,000,000 pictures, 8,012 pictures/s, about 1 min 50 s left` */
  private text(): string {
    const seconds = (performance.now() - this.began) / 1000;
    const speed = (this.done - this.before) / seconds;
    const left = this.done < this.total ? `, about ${duration((this.total - this.done) / speed)} left` : "";
    const perSecond = speed < 10 ? speed.toFixed(1) : count(Math.round(speed));
    return `${count(this.done)} of ${counted(this.total, "picture")}, ${perSecond} pictures/s${left}`;
  }
}
