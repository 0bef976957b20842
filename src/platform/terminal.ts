import type { TerminalText } from "../core/visible.ts";

/**
 * Text output; `node/terminal.ts` and `browser/terminal.ts` export exactly these names. Nothing else writes to a
 * terminal, so no text from outside can steer one: {@link TerminalText}.
 */
export interface Terminal {
  /** Writes text to the standard output (browsers: whole lines, to the console). */
  writeOut(...text: readonly TerminalText[]): void;
  /** Writes text to the standard error. */
  writeError(...text: readonly TerminalText[]): void;
  /** Writes a document for another program to the standard output: unchanged, except to a terminal. */
  writeDocument(text: string): void;
  /** The number of columns of an output's terminal; undefined where it is not a terminal. */
  terminalColumns(output: "out" | "error"): number | undefined;
  /** The number of rows of an output's terminal; undefined where it is not a terminal. */
  terminalRows(output: "out" | "error"): number | undefined;
  /** Whether the output is a terminal with 256 colours, and the user has not switched colours off. */
  terminalColours(output: "out" | "error"): boolean;
  /** Bytes that this program has written to terminals so far. */
  terminalWritten(): number;
}
