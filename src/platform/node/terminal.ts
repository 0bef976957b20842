/* biome-ignore-all lint/suspicious/noConsole: in a Deno notebook only the console reaches the cell */
import { type TerminalText, terminalText } from "../../core/visible.ts";

export function writeOut(...pieces: readonly TerminalText[]): void {
  const text = terminalText(pieces);
  if (isNotebook()) console.log(text.replace(/\n$/, ""));
  else process.stdout.write(text);
}

export function writeError(...pieces: readonly TerminalText[]): void {
  const text = terminalText(pieces);
  if (isNotebook()) console.error(text.replace(/\n$/, ""));
  else process.stderr.write(text);
}

export function writeDocument(text: string): void {
  // Even a dumb terminal obeys some escape sequences.
  if (process.stdout.isTTY || isNotebook()) writeOut(text);
  else process.stdout.write(text);
}

export function terminalColumns(output: "out" | "error"): number | undefined {
  return isTerminal(output) ? streamOf(output).columns || 80 : undefined;
}

export function terminalRows(output: "out" | "error"): number | undefined {
  return isTerminal(output) ? streamOf(output).rows || 24 : undefined;
}

export function terminalColours(output: "out" | "error"): boolean {
  return isTerminal(output) && streamOf(output).hasColors(256);
}

export function terminalWritten(): number {
  return [process.stdout, process.stderr].reduce((sum, { isTTY, bytesWritten }) => sum + (isTTY ? bytesWritten : 0), 0);
}

function streamOf(output: "out" | "error") {
  return output === "out" ? process.stdout : process.stderr;
}

/** A dumb terminal cannot overwrite lines, so it is treated like a file. */
function isTerminal(output: "out" | "error"): boolean {
  return streamOf(output).isTTY && process.env.TERM !== "dumb" && !isNotebook();
}

function isNotebook(): boolean {
  try {
    return Boolean((globalThis as { Deno?: { jupyter?: unknown } }).Deno?.jupyter);
  } catch {
    return false; // Deno throws outside of a notebook
  }
}
