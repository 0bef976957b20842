import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { rowsOf1998 } from "../../bench/accuracy/of-1998.js";
import { figures, markdown, type Results } from "../../bench/accuracy/report.js";
import { rowsFor } from "../../bench/accuracy/rows.js";
import { committeeOf, errorOf } from "../../bench/accuracy/views.js";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const results: Results = JSON.parse(read("bench/accuracy.json"));

test("tables and figures of accuracy are those of the kept results", () => {
  expect(read("docs/accuracy.md")).toContain(`<!-- accuracy -->\n\n${markdown(results)}\n\n<!-- /accuracy -->`);
  for (const [file, svg] of Object.entries(figures(results))) expect(read(`docs/${file}`), file).toBe(svg);
});

test("the kept results are of rows that the command has, with the first of their seeds", () => {
  for (const [data, rows] of Object.entries(results))
    for (const { name, command, runs } of rows.filter(({ name }) => !name.startsWith("1998"))) {
      const row = rowsFor(data, name)[0]!;
      expect({ name, command }).toEqual({ name: row.name, command: ["lenet5 train", ...row.options].join(" ") });
      expect(runs.length).toBeGreaterThan(1);
      expect(runs.length).toBeLessThanOrEqual(row.seeds);
      expect(runs.map(({ seed }) => seed)).toEqual(Array.from({ length: runs.length }, (_, i) => i + 1));
    }
});

test("the network of 1998 has the runs of docs/paper.md", () => {
  expect(results.mnist!.filter(({ name }) => name.startsWith("1998"))).toEqual(rowsOf1998());
  for (const { runs } of rowsOf1998()) expect(runs.map(({ seed }) => seed)).toEqual([1, 2, 3, 4, 5]);
});

test("--only takes a row by its name, or all that have the text in their names", () => {
  const names = (text?: string, data = "mnist") => rowsFor(data, text).map(({ name }) => name);
  expect(names("modern")).toEqual(["modern"]);
  expect(names("modern,").length).toBeGreaterThan(1);
  expect(names("nothing")).toEqual([]);
  expect(names("digits")).toHaveLength(1);
  expect(names("digits", "/data/fashion-mnist")).toEqual([]);
});

test("an error is the share of images whose highest score is of another class", () => {
  const scores = [0.1, 0.9, 0.8, 0.2, 0.5, 0.5];
  expect(errorOf(scores, [1, 0, 0])).toBe(0);
  expect(errorOf(scores, [0, 1, 1])).toBe(1);
  expect(errorOf(scores, [1, 1, 0])).toBeCloseTo(1 / 3);
});

test("a committee takes the mean of its members, of any number of classes, and refuses members of others", () => {
  const folder = mkdtempSync(join(tmpdir(), "lenet5-committee-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const member = (name: string, scores: number[]) => {
    const path = join(folder, name);
    mkdirSync(path);
    writeFileSync(join(path, "labels.json"), "[0, 1]");
    for (const file of ["plain.f32", "views.f32"]) writeFileSync(join(path, file), Float32Array.from(scores));
    return path;
  };
  const [sure, unsure] = [member("sure", [0.9, 0.1, 0, 0, 0.9, 0.1]), member("unsure", [0.3, 0.7, 0, 0, 0.4, 0.6])];
  expect(committeeOf([unsure])).toEqual({ test: 1, views: 1 });
  expect(committeeOf([sure, unsure])).toEqual({ test: 0, views: 0 });
  const other = member("other", [1, 0, 0, 1]);
  expect(() => committeeOf([sure, other])).toThrow(/other.plain\.f32: expected 6 scores as of the first, got 4/);
});

test.each([
  ["accuracy", "--jobs", "x", '--jobs: expected a whole number of at least 1, got "x"'],
  ["accuracy", "--seeds", "0", '--seeds: expected a whole number of at least 1, got "0"'],
  ["accuracy", "--data", "/other/mnist", '--data: expected a folder that is not called "mnist", '],
  ["accuracy-choices", "--jobs", "0", '--jobs: expected a whole number of at least 1, got "0"'],
  ["paper-choices", "--only", "nothing", '--only: expected text of a variant\'s name, got ["nothing"]'],
  ["kernels", "--rounds", "1.5", '--rounds: expected a whole number of at least 1, got "1.5"'],
])("bench/%s.js refuses %s %s in one line", (script, option, value, message) => {
  const path = fileURLToPath(new URL(`../../bench/${script}.js`, import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [path, option, value], { encoding: "utf8" });
  expect([status, stderr.split("\n").length]).toEqual([2, 2]);
  expect(stderr).toContain(message);
});
