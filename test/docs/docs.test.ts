import { existsSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lenet5 } from "../end-to-end/lenet5-command.ts";
import { ciCommands, notRun, slowCommands } from "./not-run.ts";
import { commandsOf, pageOf, pages, root, withoutComment } from "./pages.ts";
import { failuresOf, packageWithFewImages, readersFolder } from "./reader.ts";

const scripts: Record<string, string> = JSON.parse(readFileSync(`${root}package.json`, "utf8")).scripts;
/** Commands that are not run here, each with the reason. */
const leftOut = new Map([
  ...slowCommands.map(({ command, reason }) => [command, reason] as const),
  ...Object.entries(ciCommands),
  ...Object.entries(notRun),
]);
const work = `${root}build/docs-${process.pid}`;
beforeAll(() => packageWithFewImages(`${work}/package`), 60_000);
afterAll(() => rm(work, { recursive: true, force: true }));

describe.concurrent("every block runs, in the order printed", () => {
  for (const page of pages) {
    test(page.path, async () => {
      const folder = await readersFolder(`${work}/package`);
      try {
        expect(await failuresOf(page, folder, (command) => !leftOut.has(command))).toEqual([]);
      } finally {
        await rm(folder, { recursive: true });
      }
    }, 300_000);
  }
});

test("every block is marked as a command, a program, or text that is only shown", () => {
  const others = pages.flatMap(({ path, blocks }) =>
    blocks.filter(({ language }) => !["sh", "ts", "text"].includes(language)).map(({ line }) => `${path}:${line}`),
  );
  expect(others).toEqual([]);
});

test("commands that are not run are printed somewhere, and there are scripts and files by their names", () => {
  const printed = pages
    .flatMap(({ blocks }) => blocks.filter(({ language }) => language === "sh").flatMap(commandsOf))
    .map(({ command }) => withoutComment(command));
  for (const [command, reason] of leftOut) {
    expect(printed, command).toContain(command);
    expect(reason.length).toBeGreaterThan(10);
  }
  const everything = [...printed, ...pages.flatMap(({ inlineCode }) => inlineCode)];
  expect(everything.flatMap(missingOf)).toEqual([]);
});

test("commands that are left to .ci/run are in it", () => {
  const script = readFileSync(`${root}.ci/run`, "utf8");
  for (const command of Object.keys(ciCommands)) expect(script).toContain(command);
});

/** Scripts and files that a command names and that are not there. */
function missingOf(command: string): string[] {
  const named = [...command.matchAll(/\bnpm (?:run )?([\w:]+)/g)].map(([, name]) => name);
  const npms = ["ci", "install", "pack", "init", "audit"];
  const noScripts = named.filter((name) => !npms.includes(name) && !(name in scripts));
  const files = [...command.matchAll(/\b(?:node|vitest run) ((?:bench|tools|src|test|dist)\/[\w./-]+)/g)].map(
    ([, path]) => path,
  );
  return [...noScripts, ...files.filter((path) => !existsSync(root + path))].map((name) => `${command}: ${name}`);
}

test("files and folders that the pages name are there", () => {
  const places = /^(?:src|test|kernels|tools|bench|docs|notebooks|weights)\/[\w./-]*$/;
  const named = pages.flatMap(({ path, inlineCode }) => inlineCode.map((code) => ({ path, code })));
  const missing = named.filter(({ code }) => places.test(code) && !existsSync(root + code));
  expect(missing.map(({ path, code }) => `${path}: ${code}`)).toEqual([]);
});

test("commands in running text and in --help have names and options that lenet5 has", async () => {
  const names = [...(await lenet5(["--help"])).out.matchAll(/^ {2}(\w+) \[options\]/gm)].map(([, name]) => name);
  expect(names).toContain("train");
  const helpOf = async (name: string) => [name, (await lenet5([name, "--help"])).out] as const;
  const help = new Map(await Promise.all(names.map(helpOf)));
  const printed = pages.flatMap(({ path, inlineCode }) => inlineCode.map((code) => ({ place: path, code })));
  const examples = [...help].flatMap(([name, text]) =>
    [...text.matchAll(/^ {2}\$ (.*)$/gm)].map(([, code]) => ({ place: `lenet5 ${name} --help`, code })),
  );
  expect(examples.length).toBeGreaterThan(names.length);
  const unknown = [...printed, ...examples].flatMap(({ place, code }) => {
    const [, name, rest] = /^(?:npx )?lenet5 (\w+)([^|]*)/.exec(code) ?? [];
    if (name === undefined) return [];
    const known = help.get(name);
    if (known === undefined) return [`${place}: ${code}: there is no command ${name}`];
    const options = [...rest.matchAll(/ (--?[a-z][a-z-]*)/g)].map(([, option]) => option);
    const missing = options.filter((option) => !new RegExp(`[ ,]${option}[ ,]`).test(known));
    return missing.map((option) => `${place}: ${code}: there is no option ${option}`);
  });
  expect(unknown).toEqual([]);
});

test("pages of docs open with an example", () => {
  const others = ["docs/dependencies.md", "docs/paper.md"];
  const late = pages.filter(({ path, text, blocks }) => {
    if (!path.startsWith("docs/") || others.includes(path)) return false;
    return blocks.length === 0 || blocks[0].line > text.slice(0, text.indexOf("\n## ")).split("\n").length;
  });
  expect(late.map(({ path }) => path)).toEqual([]);
});

test("links lead to files and headings that are there", () => {
  const dead = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g)]
      .map(([, link, source]) => link ?? source)
      .filter((link) => !/^https?:/.test(link) && !isThere(path, link))
      .map((link) => `${path}: ${link}`),
  );
  expect(dead).toEqual([]);
});

function isThere(from: string, link: string): boolean {
  const [file, anchor] = link.split("#");
  const target = file === "" ? from : normalize(join(dirname(from), file));
  if (!existsSync(root + target)) return false;
  if (anchor === undefined) return true;
  const headings = readFileSync(root + target, "utf8").match(/^#+ .*$/gm) ?? [];
  return headings.some((heading) => slug(heading) === anchor);
}

/** As GitHub makes an anchor of a heading. */
function slug(heading: string): string {
  return heading
    .replace(/^#+ /, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

test("README fits on two screens, and lines of text end at column 120", () => {
  expect(pages[0].text.trimEnd().split("\n").length).toBeLessThanOrEqual(120);
  const generated = /<!-- (peers|accuracy) -->.*<!-- \/\1 -->/s;
  const long = pages
    .filter(({ path }) => path !== "docs/paper.md")
    .flatMap(({ path, text }) => {
      const written = text.replace(generated, "").split("\n");
      const longLines = written.filter((line) => line.length > 120 && !/^\s*(\||!?\[|<)/.test(line));
      return longLines.map((line) => `${path}: ${line}`);
    });
  expect(long).toEqual([]);
});

test("excerpts are lines of the files that they name", () => {
  const excerpts = pages.flatMap(({ path, blocks }) =>
    blocks.flatMap(({ code, line }) => {
      const [, file] = /^\/\/ (\S+)\n/.exec(code) ?? [];
      return file && !file.includes("://") ? [{ at: `${path}:${line}`, file, lines: code.split("\n").slice(1) }] : [];
    }),
  );
  expect(excerpts.length).toBeGreaterThan(5);
  for (const { at, file, lines } of excerpts) {
    const written = new Set(readFileSync(root + file, "utf8").split("\n"));
    expect(
      lines.filter((line) => line.trim() !== "..." && !written.has(line)),
      `${at}: ${file}`,
    ).toEqual([]);
  }
});

describe("faults that these tests find", () => {
  const run = async (markdown: string) => {
    const folder = await readersFolder(`${work}/package`);
    try {
      return await failuresOf(pageOf("page.md", markdown), folder, () => true);
    } finally {
      await rm(folder, { recursive: true });
    }
  };
  const block = (language: string, code: string) => `\`\`\`${language}\n${code}\n\`\`\`\n`;

  test("a name declared twice", async () => {
    const [failure] = await run(block("ts", "const a = 1;") + block("ts", "const a = 2;"));
    expect(failure).toMatch(/has already been declared/);
  });

  test("a command that needs what no earlier one has made", async () => {
    const [failure] = await run(block("sh", "npx lenet5 report runs/first"));
    expect(failure).toMatch(/^page\.md:2: npx lenet5 report runs\/first: exit code 2/);
  });

  test("a program that throws", async () => {
    const [thrown] = await run(`${block("ts", "export {};")}\ntext\n${block("ts", 'throw new Error("no");')}`);
    expect(thrown).toMatch(/^page\.md:\d+: exit code 1/);
    expect(thrown).toContain("Error: no");
  });

  test("shell and program take turns in the order printed", async () => {
    const program = 'import { writeFileSync } from "node:fs";\nwriteFileSync("a.txt", "a");';
    const after =
      'import { readFileSync } from "node:fs";\nif (readFileSync("b.txt", "utf8") !== "a") throw new Error("b");';
    expect(await run(block("ts", program) + block("sh", "cp a.txt b.txt") + block("ts", after))).toEqual([]);
  });
});
