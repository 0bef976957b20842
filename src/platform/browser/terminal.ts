/* biome-ignore-all lint/suspicious/noConsole: a page's terminal is its console */
import { type TerminalText, terminalText } from "../../core/visible.ts";

export function writeOut(...text: readonly TerminalText[]): void {
  console.log(terminalText(text).trimEnd());
}

export function writeError(...text: readonly TerminalText[]): void {
  console.error(terminalText(text).trimEnd());
}

export function writeDocument(text: string): void {
  writeOut(text);
}

export function terminalColumns(_output: "out" | "error"): number | undefined {
  return undefined;
}

export function terminalRows(_output: "out" | "error"): number | undefined {
  return undefined;
}

export function terminalColours(_output: "out" | "error"): boolean {
  return false;
}

export function terminalWritten(): number {
  return 0;
}
