/** Text output; `node/terminal.ts` and `browser/terminal.ts` export exactly these names. */
export interface Terminal {
  /** Writes text to the standard output (browsers: whole lines, to the console). */
  writeOut(text: string): void;
  /** Writes text to the standard error. */
  writeError(text: string): void;
  /** Columns of the terminal behind an output; undefined where it is not a terminal. */
  terminalColumns(output: "out" | "error"): number | undefined;
  /** Rows of its window; undefined where it is not a terminal. */
  terminalRows(output: "out" | "error"): number | undefined;
  /** Whether it is a terminal with 256 colours whose user wants them. */
  terminalColours(output: "out" | "error"): boolean;
  /** Bytes that this program has written to terminals so far. */
  terminalWritten(): number;
}
