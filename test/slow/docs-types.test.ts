/** The TypeScript of the documentation with the compiler; test/docs/docs.test.ts runs it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pages, root } from "../docs/pages.ts";
import { programOf } from "../docs/reader.ts";

test("the TypeScript of each page has no type errors", async () => {
  // At this depth, as `paths` says.
  const folder = `${root}build/docs-types-${process.pid}/types`;
  await mkdir(folder, { recursive: true });
  for (const page of pages) {
    const program = programOf(page);
    const name = page.path.replaceAll("/", "-").replace(/\.md$/, ".ts");
    if (program !== "") await writeFile(join(folder, name), `${program}\nexport {};\n`);
  }
  const paths = {
    lenet5: ["../../../src/index.ts"],
    "lenet5/figures": ["../../../src/figures.ts"],
    "lenet5/reading": ["../../../src/reading.ts"],
    "lenet5/exchange": ["../../../src/exchange.ts"],
    "lenet5/testing": ["../../../src/testing.ts"],
  };
  const own = {
    "#platform": ["../../../src/platform/node.ts"],
    "#document": ["../../../src/platform/node/document.ts"],
    "#report": ["../../../src/runs/report.ts"],
    "#notebook": ["../../../src/report/page/notebook.ts"],
  };
  const compilerOptions = { rootDir: "../../..", noEmit: true, noUnusedLocals: false, paths: { ...paths, ...own } };
  const config = { extends: "../../../tsconfig.json", compilerOptions, include: ["*.ts"], exclude: [] };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
  const tsc = spawn(process.execPath, [`${root}node_modules/typescript/bin/tsc`, "-p", folder, "--pretty", "false"]);
  let found = "";
  tsc.stdout.on("data", (chunk) => {
    found += chunk;
  });
  await once(tsc, "close");
  expect(found).toBe("");
  await rm(join(folder, ".."), { recursive: true });
});
