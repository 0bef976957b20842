import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** A fenced block of a page. */
export interface Block {
  /** The word behind the fence: sh, ts or text. */
  readonly language: string;
  readonly code: string;
  /** Of its first line of code, from 1. */
  readonly line: number;
}

/** A page that people read. */
export interface Page {
  /** From the root of the repository: `docs/library.md`. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  /** `code` in running text and tables. */
  readonly inlineCode: readonly string[];
}

/** README, CONTRIBUTING and all of docs. */
export const pages: readonly Page[] = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync(`${root}docs`)
    .filter((name) => name.endsWith(".md"))
    .sort()
    .map((name) => `docs/${name}`),
].map((path) => pageOf(path, readFileSync(root + path, "utf8")));

export function pageOf(path: string, text: string): Page {
  const blocks: Block[] = [];
  const prose: string[] = [];
  let open: { language: string; line: number; lines: string[] } | undefined;
  text.split("\n").forEach((line, i) => {
    const fence = /^```(\w*)\s*$/.exec(line);
    if (open && fence) {
      blocks.push({ language: open.language, line: open.line, code: open.lines.join("\n") });
      open = undefined;
    } else if (open) open.lines.push(line);
    else if (fence) open = { language: fence[1], line: i + 2, lines: [] };
    else prose.push(line);
  });
  if (open) throw new Error(`${path}:${open.line - 1}: the block is not closed`);
  return { path, text, blocks, inlineCode: [...prose.join("\n").matchAll(/`([^`]+)`/g)].map(([, code]) => code) };
}

/** The commands of a shell block, a line each; lines that end with a backslash go on in the next. */
export function commandsOf({ code, line }: Block): { readonly command: string; readonly line: number }[] {
  const commands: { command: string; line: number }[] = [];
  let isOpen = false;
  code.split("\n").forEach((text, i) => {
    if (isOpen) commands[commands.length - 1].command += `\n${text}`;
    else if (text.trim() !== "" && !text.startsWith("#")) commands.push({ command: text, line: line + i });
    else return;
    isOpen = text.endsWith("\\");
  });
  return commands;
}

/** A command without the comment behind it. */
export function withoutComment(command: string): string {
  return command.replace(/\s+#\s.*$/gm, "").trim();
}
