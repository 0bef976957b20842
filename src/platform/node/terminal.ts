export function writeOut(text: string): void {
  process.stdout.write(text);
}

export function writeError(text: string): void {
  process.stderr.write(text);
}

export function terminalColumns(output: "out" | "error"): number | undefined {
  const stream = output === "out" ? process.stdout : process.stderr;
  return stream.isTTY ? stream.columns || 80 : undefined;
}
