import { writeError, writeOut } from "#platform";
import { jsonText } from "../runs/json.ts";

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

/** {@link Model.checksum} for people, within 80 columns. */
export function checksumLine(checksum: string): string {
  return `Checksum: ${checksum}`;
}

/** 60000 -> "60,000" */
export function counted(value: number): string {
  return value.toLocaleString("en-US");
}

export function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, " ");
}
