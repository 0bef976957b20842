/* biome-ignore-all lint/suspicious/noConsole: a page's terminal is its console */
export function writeOut(text: string): void {
  console.log(text.trimEnd());
}

export function writeError(text: string): void {
  console.error(text.trimEnd());
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
