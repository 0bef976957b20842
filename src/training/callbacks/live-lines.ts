/** The parts of a terminal that the lines need. */
export interface LiveTerminal {
  columns(): number;
  write(text: string): void;
  /** Bytes that have been written to it so far, by this class or by others. */
  written(): number;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: an escape begins with one
const colours = /\u001b\[[\d;]*m/g;
const CLEAR_LINE = "\u001b[K";
const CLEAR_BELOW = "\u001b[J";

/**
 * Lines at the bottom of a terminal that are rewritten in place. The cursor stays visible, on the row below
 * them: after a kill the shell goes on there, and terminals differ in how they wrap the line of the cursor.
 */
export class LiveLines {
  private readonly terminal: LiveTerminal;
  private lines: readonly string[] = [];
  private columns = 0;
  private written = 0;

  constructor(terminal: LiveTerminal) {
    this.terminal = terminal;
  }

  /**
   * Shows lines, each narrower than the terminal, in place of the last ones. The whole lines of `above` go above them
   * and stay.
   */
  show(lines: readonly string[], above = ""): void {
    const { terminal } = this;
    const columns = terminal.columns();
    // After output from elsewhere the old lines have moved: they stay, and new ones begin below.
    const before = terminal.written() === this.written ? this.lines : [];
    const up = before.reduce((sum, line) => sum + rowsOf(line, columns), 0);
    const toTop = up > 0 ? `\r\u001b[${up}A` : "\r";
    // Only unchanged lines can be written over without flickering.
    const clear = above !== "" || columns !== this.columns ? CLEAR_BELOW : "";
    const text = lines.map((line) => `${line}${CLEAR_LINE}\n`).join("");
    terminal.write(`${toTop}${clear}${above}${text}${CLEAR_BELOW}`);
    this.lines = lines;
    this.columns = columns;
    this.written = terminal.written();
  }
}

/** Rows that a line takes: a terminal that became narrower has wrapped it. Colours have no width. */
function rowsOf(line: string, columns: number): number {
  return Math.max(1, Math.ceil(line.replaceAll(colours, "").length / columns));
}
