import { writeError, writeOut } from "#platform";
import { visible } from "../core/visible.ts";
import { quoted } from "../platform/node/quoted.ts";
import { jsonText } from "../runs/json.ts";

/** Prints one line for people. */
export type Print = (line: string) => void;

/** Prints to standard output, or to standard error with `--json`, where standard output has only the JSON document. */
export function printer(json: boolean | undefined): Print {
  const write = json ? writeError : writeOut;
  return (line) => write(`${line}\n`);
}

export function printJson(value: unknown): void {
  writeOut(visibleJson(jsonText(value)));
}

/** JSON with the same content, whose characters that would steer a terminal are `\u` escapes. */
export function visibleJson(json: string): string {
  return json.replaceAll(
    /(?!\n)[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** {@link Model.checksum} for people, within 80 columns. */
export function checksumLine(checksum: string): string {
  return `Checksum: ${checksum}`;
}

/** The command line of `lenet5` with these words, to copy. */
export function commandOf(words: readonly string[]): string {
  return ["lenet5", ...words.map(quoted)].join(" ");
}

/** 60000 -> "60,000" */
export function counted(value: number): string {
  return value.toLocaleString("en-US");
}

/** A message in one line, whatever a file wrote into it. */
export function oneLine(text: string): string {
  return visible(text.trim().replaceAll(/\s*\n\s*/g, " "));
}
