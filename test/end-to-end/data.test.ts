import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { encode } from "fast-png";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DataInspectionJson } from "../../src/index.ts";
import { faultyData } from "../faulty-data.ts";
import { writeFiles } from "../made-files.ts";
import { expectOneLine, lenet5, lenet5Json, scratchFolder } from "./lenet5-command.ts";

/** Names that a folder may have, and a terminal or a page must not obey. */
const names = ["<img src=x>", "\u001b[31mred\u202e", "🦄🦄", "x".repeat(120), ..."456789"];

let scratch: string;
let folder: string;
beforeAll(async () => {
  scratch = await scratchFolder();
  const { train, test: tested } = faultyData(names);
  const files = [train, tested].flatMap(({ images, labels, names: paths }) =>
    Array.from(labels, (_, i) => {
      const data = images.data.slice(i * 784, (i + 1) * 784) as Uint8Array;
      return [paths![i]!, encode({ width: 28, height: 28, channels: 1, data })] as const;
    }),
  );
  folder = await writeFiles(join(scratch, "letters"), Object.fromEntries(files));
});
afterAll(() => rm(scratch, { recursive: true }));

test("a folder with faults: all are named with their files, as JSON, and shown on a page", async () => {
  const out = join(scratch, "page.html");
  const found = await lenet5Json<DataInspectionJson & { page: string }>(["data", folder, "--out", out]);
  expect(found.findings.map(({ kind }) => kind)).toEqual([
    "leak",
    "conflicting-labels",
    "near-leak",
    "blank",
    "inverted-class",
    "missing-class",
    "faint",
    "few-images",
    "imbalance",
  ]);
  expect(found.findings[0]!.groups[0]!.map(({ name }) => name)).toEqual([
    expect.stringMatching(/^train\/.*\/0\.png$/s),
    expect.stringMatching(/^test\/.*\/0\.png$/s),
  ]);
  expect(found.page).toBe(out);
  const page = await readFile(out, "utf8");
  for (const { text } of found.findings.filter(({ text }) => !text.includes('"'))) expect(page).toContain(text);
  expect(page).toContain("&lt;img src=x&gt;");
  expect(page).not.toMatch(/<img src=x>|\p{Cc}\[31m|<script/u);
});

test("in a terminal of 40 columns no line is longer, and names cannot control it", async () => {
  const { out, code } = await lenet5(["data", "--data", folder], { columns: 40 });
  expect(code).toBe(0);
  expect(out).toMatch(/^- problem: 1 test image is equal to a$/m);
  expect(out).toContain("␛[31mred");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
  expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  for (const line of out.split("\n")) expect([...line].length).toBeLessThanOrEqual(40);
});

test("two data sets, and a page that cannot be written, are refused in one line", async () => {
  expectOneLine(await lenet5(["data", folder, "--data", "digits"]), /expected one data set/);
  expectOneLine(await lenet5(["data", folder, "--out", scratch]), /it is a folder/);
});
