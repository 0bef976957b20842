import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { rowsOf1998 } from "../../bench/accuracy/of-1998.js";
import { figures, markdown, type Results } from "../../bench/accuracy/report.js";
import { rowsFor } from "../../bench/accuracy/rows.js";
import { errorOf } from "../../bench/accuracy/views.js";

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
