import { EscapeSequence, type TerminalText } from "../../core/visible.ts";

/** A line of a terminal, perhaps in pieces with colours between them. */
export type LiveLine = string | readonly TerminalText[];

/** The parts of a terminal that the lines need. */
export interface LiveTerminal {
  columns(): number;
  write(...text: readonly TerminalText[]): void;
  /** Bytes that have been written to it so far, by this class or by others. */
  written(): number;
}

const LINE_START = new EscapeSequence("\r");
const CLEAR_LINE = new EscapeSequence("\u001b[K");
const CLEAR_BELOW = new EscapeSequence("\u001b[J");

/**
 * Lines at the bottom of a terminal that are rewritten in place. The cursor stays visible, on the row below
 * them: after a kill the shell goes on there, and terminals differ in how they wrap the line of the cursor.
 */
export class LiveLines {
  private readonly terminal: LiveTerminal;
  private lines: readonly LiveLine[] = [];
  private columns = 0;
  private written = 0;

  constructor(terminal: LiveTerminal) {
    this.terminal = terminal;
  }

  /**
   * Shows lines, each narrower than the terminal, in place of the last ones. The whole lines of `above` go above them
   * and stay.
   */
  show(lines: readonly LiveLine[], ...above: readonly TerminalText[]): void {
    const { terminal } = this;
    const columns = terminal.columns();
    // After output from elsewhere the old lines have moved: they stay, and new ones begin below.
    const before = terminal.written() === this.written ? this.lines : [];
    const up = before.reduce((sum, line) => sum + rowsOf(line, columns), 0);
    const toTop = up > 0 ? [LINE_START, new EscapeSequence(`\u001b[${up}A`)] : [LINE_START];
    // Only unchanged lines can be written over without flickering.
    const clear = above.some((piece) => piece !== "") || columns !== this.columns ? [CLEAR_BELOW] : [];
    const text = lines.flatMap((line) => [...piecesOf(line), CLEAR_LINE, "\n"]);
    terminal.write(...toTop, ...clear, ...above, ...text, CLEAR_BELOW);
    this.lines = lines;
    this.columns = columns;
    this.written = terminal.written();
  }
}

/** Rewrites the line that the cursor is in. */
export function rewrittenLine(line: string): readonly TerminalText[] {
  return [LINE_START, line, CLEAR_LINE];
}

export function piecesOf(line: LiveLine): readonly TerminalText[] {
  return typeof line === "string" ? [line] : line;
}

/** Rows that a line takes: a terminal that became narrower has wrapped it. Colours have no width. */
function rowsOf(line: LiveLine, columns: number): number {
  const width = piecesOf(line).reduce((sum, piece) => sum + (typeof piece === "string" ? piece.length : 0), 0);
  return Math.max(1, Math.ceil(width / columns));
}
