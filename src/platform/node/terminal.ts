export function writeOut(text: string): void {
  process.stdout.write(text);
}

export function writeError(text: string): void {
  process.stderr.write(text);
}

export function terminalColumns(output: "out" | "error"): number | undefined {
  const stream = output === "out" ? process.stdout : process.stderr;
  // A dumb terminal cannot go back in a line.
  return stream.isTTY && process.env.TERM !== "dumb" ? stream.columns || 80 : undefined;
}
