import { writeError, writeOut } from "#platform";

/** Prints one line for people. */
export type Print = (line: string) => void;

/** Prints to standard output, or to standard error with `--json`, where standard output has only the JSON document. */
export function printer(json: boolean | undefined): Print {
  const write = json ? writeError : writeOut;
  return (line) => write(`${line}\n`);
}

export function printJson(value: unknown): void {
  writeOut(jsonText(value));
}

/**
 * Indented JSON with lists of plain values on one line each (a line feed is never within a JSON string). NaN is null.
 */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  return `${text.replaceAll(/\[\n\s+([^[\]{}]*?)\n\s*\]/g, (_, items: string) => `[${items.replaceAll(/,\n\s+/g, ", ")}]`)}\n`;
}

/** 60000 -> "60,000" */
export function counted(value: number): string {
  return value.toLocaleString("en-US");
}
