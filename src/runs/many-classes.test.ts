/** Thousands of classes, long recordings, large images: time and pages do not grow with what nobody can look at. */
import { mkdtemp, readFile, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { expect, test } from "vitest";
import { confusionText } from "../cli/tables.ts";
import * as figures from "../figures.ts";
import { dense, flatten, input, lenet5, model, openRun, recordRun } from "../index.ts";
import { reportHtml } from "../report/page/report.ts";
import type { Confusion, SparseConfusion } from "../report/results.ts";
import { cellsOf, confusionOf, mostConfused } from "../report/statistics/confusion.ts";
import { classReports } from "../training/class-report.ts";
import { jsonText } from "./json.ts";
import { runSchemas } from "./schemas.ts";

/** Time of the processor: on a busy machine, the clock tells nothing. */
const milliseconds = () => process.cpuUsage().user / 1000;

/** `count` images; one in four is taken for the next class. */
function predictionsOf(classes: number, count: number) {
  const labels = Array.from({ length: count }, (_, i) => (i * 7919) % classes);
  const predicted = labels.map((label, i) => (i % 4 === 0 ? (label + 1 + (i % 3)) % classes : label));
  return { labels, predicted, confidence: labels.map((_, i) => (i % 100) / 100), margin: labels.map(() => 0) };
}

function evaluationOf(classes: number, count: number, name = (k: number) => `class ${k}`) {
  const { labels, predicted } = predictionsOf(classes, count);
  const confusionMatrix = confusionOf(labels, predicted, classes);
  const names = Array.from({ length: classes }, (_, k) => name(k));
  return { accuracy: 0.75, loss: 1, confusionMatrix, perClass: classReports(confusionMatrix, names) };
}

test("both forms of a confusion matrix say the same", () => {
  const { labels, predicted } = predictionsOf(40, 900);
  const full = confusionOf(labels, predicted, 40) as number[][];
  const { cells } = cellsOf(full);
  const sparse: SparseConfusion = {
    classes: 40,
    cells: cells.map(({ label, predicted: as, times }) => [label, as, times]),
  };
  expect(cellsOf(sparse)).toEqual(cellsOf(full));
  expect(classReports(sparse, [])).toEqual(classReports(full, []));
  const names = full.map((_, k) => ({ ...classReports(full, [])[k]!, name: `n${k}` }));
  for (const draw of [figures.confusionMatrix, figures.confusedPairs])
    expect(draw({ confusionMatrix: sparse, perClass: names }).svg).toBe(
      draw({ confusionMatrix: full, perClass: names }).svg,
    );
  expect(confusionText(sparse, [], 200)).toBe(confusionText(full, [], 200));
  const many = confusionOf(labels, predicted, 201) as SparseConfusion;
  expect(many.classes).toBe(201);
  expect(cellsOf(many).cells).toEqual(cells);
});

test("the classes with the most confusions, in order", () => {
  const confusion: Confusion = {
    classes: 5000,
    cells: [
      [0, 0, 99],
      [7, 4000, 3],
      [4999, 4999, 5],
      [4999, 12, 9],
    ],
  };
  expect(mostConfused(confusion, 2)).toEqual([12, 4999]);
  expect(mostConfused(confusion, 3)).toEqual([7, 12, 4999]);
  // Classes that are not confused tell nothing.
  expect(mostConfused(confusion, 100)).toEqual([7, 12, 4000, 4999]);
  expect(mostConfused({ classes: 5000, cells: [] }, 2)).toEqual([0, 1]);
  const { svg } = figures.confusionMatrix({ confusionMatrix: confusion });
  expect(svg).toContain("the 4 of 5,000 classes with the most confusions");
  expect(svg).toContain("4999 predicted as 12: 9 of 14 (64.3%)");
});

test.each([
  ["names", (k: number) => `class ${k}`],
  ["names of 10,000 letters", () => "long ".repeat(2000)],
  ["names of marks", () => `a${"\u0301".repeat(9999)}`],
])("10,000 classes with %s: a report of less than 5 MB", (_, name) => {
  const start = milliseconds();
  const evaluation = evaluationOf(10_000, 40_000, name);
  const classNames = evaluation.perClass.map((one) => one.name);
  const predictions = predictionsOf(10_000, 40_000);
  const pixels = btoa("x".repeat(64 * 64 * 3));
  const images = Array.from({ length: 600 }, (_, i) => ({
    ...{ index: i, confidence: predictions.confidence[i]!, pixels },
    ...{ label: predictions.labels[i]!, predicted: predictions.predicted[i]! },
  }));
  const page = reportHtml({
    ...{ title: "many", started: "2026", notices: [], data: { source: "made" }, settings: {} },
    network: lenet5({ seed: 1 }).summaryData(),
    ...{ evaluation, predictions, examples: { shape: [64, 64, 3], classNames, images } },
  });
  expect(page.length).toBeLessThan(5_000_000);
  expect(page).toContain("The 100 of 10,000 classes with the most confusions.");
  expect(page).toContain("The 100 of 10,000 classes with the most errors; evaluation.json has all.");
  const text = confusionText(evaluation.confusionMatrix, classNames, 80);
  expect(text.length).toBeLessThan(4000);
  expect(text).toMatch(/and [\d,]+ more pairs/);
  for (const draw of [figures.confusionMatrix, figures.classErrors, figures.confusedPairs])
    expect(draw(evaluation).svg.length).toBeLessThan(1_000_000);
  expect(milliseconds() - start).toBeLessThan(30_000);
});

test("evaluation.json of 10,000 classes is read back", () => {
  const evaluation = evaluationOf(10_000, 40_000);
  const text = jsonText(evaluation);
  expect(text.length).toBeLessThan(3_000_000);
  expect(v.parse(runSchemas["evaluation.json"], JSON.parse(text))).toEqual(evaluation);
});

test("500,000 steps are read and drawn in time linear in their number", () => {
  const of = (value: (i: number) => number) => Array.from({ length: 500_000 }, (_, i) => value(i));
  const steps = {
    every: 1,
    iterations: of((i) => i),
    loss: of((i) => (i === 123_456 ? 50 : 2 + Math.sin(i))),
    ...{ learningRate: of(() => 0.1), gradientNorm: of((i) => i % 7), maxGradientNorm: of((i) => i % 7) },
  };
  const start = milliseconds();
  const read = v.parse(runSchemas["steps.json"], JSON.parse(jsonText(steps)));
  const { svg } = figures.stepLosses(read);
  // Before, it took over 40 s.
  expect(milliseconds() - start).toBeLessThan(15_000);
  expect(svg.length).toBeLessThan(300_000);
  // The one high value is seen: the axis reaches it, and the line touches it.
  const heights = [...svg.matchAll(/L[\d.]+,([\d.]+)/g)].map(([, y]) => Number(y));
  expect(heights.filter((y) => y > 10 && y < 40)).toHaveLength(1);
});

test("examples of large images: as many as 16 MiB hold, and pages reduce them", () => {
  const side = 2000;
  const data = new Uint8Array(5 * side * side).fill(200, 0, side * side);
  const { labels, predicted, confidence } = predictionsOf(3, 5);
  const images = { shape: [5, side, side, 1], data, scale: 1 };
  const chosen = figures.examples({ labels, predicted, confidence }, { images, classNames: ["a", "b", "c"] });
  expect(chosen.images).toHaveLength(4);
  const read = v.parse(runSchemas["examples.json"], JSON.parse(jsonText(chosen)));
  expect(figures.worstErrors(read).svg.length).toBeLessThan(500_000);
  const page = reportHtml({
    ...{ title: "large", started: "2026", notices: [], data: { source: "made" }, settings: {} },
    ...{ network: lenet5({ seed: 1 }).summaryData(), examples: read },
  });
  expect(page.length).toBeLessThan(5_000_000);
});

test("a run with 300 classes: recorded, opened, drawn", async () => {
  const folder = await mkdtemp(join(tmpdir(), "lenet5-many-"));
  const [classes, count] = [300, 600];
  const labels = Uint16Array.from({ length: count }, (_, i) => i % classes);
  const data = new Uint8Array(count * 16).map((_, i) => (Math.floor(i / 16) * (1 + (i % 16))) % 256);
  const images = { shape: [count, 4, 4, 1], data, scale: 1 / 255 };
  const image = input({ shape: [4, 4, 1] });
  const net = model({
    inputs: image,
    outputs: dense({ units: classes, activation: "softmax" })(flatten()(image)),
    seed: 1,
  });
  net.compile({ loss: "sparse_categorical_crossentropy", metrics: ["accuracy"] });
  const recorder = recordRun({ folder: join(folder, "run"), test: { images, labels } });
  await net.fit({ images, labels }, { epochs: 1, verbose: 0, callbacks: [recorder] });
  const run = await openRun(join(folder, "run"));
  const evaluation = (await run.read("evaluation.json"))!;
  expect("cells" in evaluation.confusionMatrix).toBe(true);
  expect(cellsOf(evaluation.confusionMatrix).images).toEqual(new Array(classes).fill(2));
  expect(evaluation.perClass).toHaveLength(classes);
  expect((await stat(await run.report())).size).toBeLessThan(3_000_000);
  expect(await readFile(run.file("report.html"), "utf8")).toContain("of 300 classes with the most confusions");
  await expect(net.evaluate({ images, labels }, { confusionMatrix: true })).resolves.toMatchObject({
    confusionMatrix: { length: classes },
  });
});
