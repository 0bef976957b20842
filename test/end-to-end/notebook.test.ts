import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { transformSync } from "rolldown/utils";
import { expect, test } from "vitest";

interface Output {
  readonly output_type: string;
  readonly text?: readonly string[];
  readonly data?: Readonly<Record<string, readonly string[]>>;
}

interface Cell {
  readonly cell_type: string;
  readonly id: string;
  readonly source: readonly string[];
  readonly outputs: readonly Output[];
}

const root = fileURLToPath(new URL("../..", import.meta.url));
const text = await readFile(`${root}notebooks/lenet5.ipynb`, "utf8");
const { cells }: { cells: Cell[] } = JSON.parse(text);
const codeCells = cells.filter((cell) => cell.cell_type === "code");
/** Media types whose text is the same on every machine. */
const pictures = ["image/svg+xml", "text/html"];

test("the notebook is saved with its outputs, which name no folder of the machine that made them", () => {
  for (const { id, outputs } of codeCells) {
    expect(outputs, id).not.toEqual([]);
    expect(outputs.map((output) => output.output_type)).not.toContain("error");
  }
  for (const path of [root, "file://", "/home/", "/root/", "/tmp/", "/Users/"]) expect(text).not.toContain(path);
  expect(text.length).toBeLessThan(1.5e6);
});

test("the cells wait for all that they show: Jupyter drops what Deno sends after the end of a cell", () => {
  for (const { id, source } of codeCells) {
    const code = source.join("");
    expect(code, id).toMatch(/^await (show|print)\(.*\);$/m);
    expect(code.trimEnd(), id).toMatch(/;$/); // no value is left for the kernel to show
    expect(code, id).not.toMatch(/console\.|(?<!await |function )\b(show|print)\(/);
  }
});

test("every cell of the notebook runs, and shows the saved outputs again", async () => {
  const { code, error, out, shown } = await runCells();
  expect(code, error).toBe(0);
  for (const { id, outputs } of codeCells) {
    const kept = outputs.flatMap((output) => Object.keys(output.data ?? {})).filter((type) => pictures.includes(type));
    const data = shown.get(id) ?? {};
    expect(Object.keys(data).filter((type) => pictures.includes(type))).toEqual(kept);
    for (const type of kept) expect(data[type]).toMatch(/^<(svg|div) .*<\/\1>\s*$/s);
  }
  const accuracy = accuracyIn(out);
  expect(accuracy).toBeGreaterThan(90);
  // An engine that adds in another order may predict other classes for a few of the 2,000 images.
  const printed = codeCells.flatMap(({ outputs }) => outputs.flatMap((output) => output.text ?? [])).join("");
  expect(Math.abs(accuracyIn(printed) - accuracy)).toBeLessThan(2);
});

function accuracyIn(printed: string): number {
  return Number(/test accuracy ([\d.]+)%/.exec(printed)?.[1]);
}

/** Runs the cells one after the other, as one module inside this package, which can import the package by its name. */
async function runCells() {
  const { code, errors } = transformSync("notebook.ts", prelude + codeCells.map(cellCode).join("\n"));
  expect(errors).toEqual([]);
  const path = `${root}build/notebook-${process.pid}.mjs`;
  await mkdir(`${root}build`, { recursive: true });
  await writeFile(path, code);
  const shown = new Map<string, Record<string, string>>();
  let [out, error] = ["", ""];
  const child = fork(path, { silent: true, execArgv: [] });
  child.stdout?.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    error += chunk;
  });
  child.on("message", ([id, data]: [string, Record<string, string>]) => shown.set(id, data));
  const [exitCode] = await once(child, "close");
  await rm(path);
  return { code: exitCode, error: `after cell "${[...shown.keys()].at(-1)}": ${error}`, out, shown };
}

/** What the cells use of a notebook kernel. */
const prelude = `
let cell;
globalThis.Deno = {
  jupyter: {
    async display(value) {
      const data = (await value?.[Symbol.for("Jupyter.display")]?.()) ?? { "text/plain": String(value) };
      process.send([cell, data]);
    },
    async broadcast(type, { text }) {
      process.stdout.write(text);
    },
  },
};
`;

/** A cell's code. */
function cellCode({ id, source }: Cell): string {
  return `cell = "${id}";${source.join("")}\n`;
}
