import { expect, test } from "vitest";
import { decided, sweepOf, trialOf } from "../../../test/made-up-sweep.ts";
import { textWidth } from "../drawing/text.ts";
import { trialCurves } from "./curves.ts";
import { costFront } from "./front.ts";
import { importanceBars, isImportanceKnown, settingImportance } from "./importance.ts";
import { parallelCoordinates } from "./parallel.ts";
import { sweepHtml } from "./sweep-page.ts";
import type { SweepJson } from "./sweep-results.ts";

test("importance: nearly all for the setting that decides, nothing for the one that does not", () => {
  const [first, second] = settingImportance(decided);
  expect(first).toEqual({ name: "optimizer", share: expect.closeTo(1, 1) });
  expect(second).toEqual({ name: "learning-rate", share: expect.closeTo(0, 1) });
});

test("importance: null where each trial has a value of its own, 0 where all are equal", () => {
  const few = [0.8, 0.9].map((value, i) =>
    trialOf(i + 1, value, { optimizer: ["sgd", "adam"][i]!, "learning-rate": 1 }),
  );
  expect(settingImportance(sweepOf(few)).map(({ share }) => share)).toEqual([null, null]);
  const equal = [1, 2, 3, 4].map((i) => trialOf(i, 0.9, { optimizer: i % 2 ? "sgd" : "adam", "learning-rate": 1 }));
  expect(settingImportance(sweepOf(equal))[0]).toEqual({ name: "optimizer", share: 0 });
});

test("trials with fewer epochs are compared after those", () => {
  // After epoch 1, both optimizers are the same; only one has been trained further.
  const trials = [
    trialOf(1, 0.9, { optimizer: "sgd" }, { trainings: [{ seed: 1, values: [0.4, 0.9], seconds: 2, parameters: 1 }] }),
    ...[0.4, 0.41, 0.39].map((value, i) =>
      trialOf(
        i + 2,
        value,
        { optimizer: i === 0 ? "sgd" : "adam" },
        {
          state: "stopped",
          epochs: 1,
          trainings: [{ seed: 1, values: [value], seconds: 1, parameters: 1 }],
        },
      ),
    ),
  ];
  const sweep = sweepOf(trials, { varied: [{ name: "optimizer", values: "sgd, adam", log: false }] });
  expect(settingImportance(sweep)).toEqual([{ name: "optimizer", share: 0 }]);
  expect(importanceBars(sweep).note).toContain("after epoch 1, 4 trials");
});

const strange = "<script>alert(1)</script>";
test.each<[string, SweepJson]>([
  ["some trials", decided],
  ["one trial", sweepOf([trialOf(1, 0.9, { optimizer: "sgd" })])],
  ["none", sweepOf([])],
  [
    "all failed",
    sweepOf([trialOf(1, 0, {}, { state: "failed", value: null, trainings: [], failure: strange })], {
      best: null,
      bestCommands: [],
    }),
  ],
  [
    "names from elsewhere",
    sweepOf([trialOf(1, 0.5, { [strange]: strange })], {
      name: strange,
      varied: [{ name: strange, values: strange, log: true }],
    }),
  ],
  ["loss", { ...decided, metric: "val_loss" }],
  [
    "a value that is null within the curve",
    sweepOf([trialOf(1, 0.5, {}, { trainings: [{ seed: 1, values: [null, 0.5], seconds: null, parameters: null }] })]),
  ],
])("the page of %s", (_, sweep) => {
  const page = sweepHtml(sweep);
  expect(page).not.toMatch(/<script|NaN|undefined/);
  for (const figure of [
    trialCurves(sweep),
    importanceBars(sweep),
    parallelCoordinates(sweep),
    costFront(sweep, "seconds"),
  ])
    expect(figure.themed("dark")).not.toMatch(/<script|NaN|undefined/);
});

test("the page names every trial, the best first, and the command that trains it again", () => {
  const page = sweepHtml(decided);
  const rows = [...page.matchAll(/<th scope="row">(\d+)<\/th>/g)].map(([, trial]) => Number(trial));
  expect(rows).toEqual(decided.trials.map(({ trial }) => trial));
  expect(page.replaceAll(/<[^>]*>/g, "")).toContain("lenet5 train --optimizer sgd");
});

test("a file that is called sweep.yaml does not make a sweep sweep", () => {
  expect(sweepHtml({ ...decided, name: "sweep" })).not.toContain("Sweep sweep");
});

test("the axis of accuracies ends at 100%, whatever the trials have", () => {
  const all = [1, 1, 1].map((value, i) => trialOf(i + 1, value, { optimizer: "sgd" }));
  for (const trials of [all, [...all, trialOf(4, 0.97, {})], [trialOf(1, 0.001, {}), trialOf(2, 0.06, {})]])
    for (const figure of [costFront(sweepOf(trials), "seconds"), trialCurves(sweepOf(trials))]) {
      const shares = [...figure.svg.matchAll(/>(-?[\d.]+)%</g)].map(([, share]) => Number(share));
      expect(shares.length).toBeGreaterThan(2);
      expect(Math.max(...shares)).toBeLessThanOrEqual(100);
      expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
    }
});

test("the time of a trial is that of all its trainings together, and the page says so", () => {
  const trainings = [1, 2, 3].map((seed) => ({ seed, values: [0.4, 0.5], seconds: 20 * seed, parameters: 1000 }));
  const sweep = sweepOf([trialOf(1, 0.5, { optimizer: "sgd" }, { trainings })]);
  const text = sweepHtml(sweep).replaceAll(/<[^>]*>/g, " ");
  expect(text).toMatch(/Training time\s+sum of 3 seeds/);
  expect(text).toMatch(/training time, sum of 3 seeds/);
  expect(text).toMatch(/50\.00%\s+validation accuracy, mean of 3 seeds/);
  expect(text).toMatch(/Validation accuracy\s+mean of 3 seeds/);
  expect(text.match(/2 min 0 s/g)!.length).toBeGreaterThanOrEqual(3);
  expect(sweepHtml(decided)).not.toMatch(/sum of|mean of/);
});

test("accuracy by parameters is drawn only where trials have networks of different sizes", () => {
  expect(sweepHtml(decided)).toContain("Validation accuracy by parameters");
  const trials = decided.trials.map((trial) => ({
    ...trial,
    trainings: trial.trainings.map((training) => ({ ...training, parameters: 1000 })),
  }));
  expect(sweepHtml({ ...decided, trials })).not.toContain("by parameters");
});

test("importance needs two trials for each setting: of fewer, the page says so", () => {
  const [first, ...others] = decided.trials;
  const few = sweepOf([first!, ...others.slice(0, 2)]);
  expect([isImportanceKnown(few), isImportanceKnown(sweepOf(decided.trials.slice(0, 4)))]).toEqual([false, true]);
  expect(importanceBars(few).svg).toContain("too few trials to say: 3 trials for 2 settings");
  expect(sweepHtml(few)).not.toContain("epsilon squared");
  expect(sweepHtml(decided)).toContain("epsilon squared");
});

test("importance: where no setting explains anything, a line says so instead of bars of 0%", () => {
  const settings = (i: number) => ({ optimizer: i % 2 ? "sgd" : "adam", "learning-rate": i < 4 ? 0.1 : 0.01 });
  const of = (values: readonly number[]) =>
    importanceBars(sweepOf(values.map((value, i) => trialOf(i + 1, value, settings(i)))));
  // Each setting alone has the same mean for each of its values.
  const both = of([0.9, 0.5, 0.9, 0.5, 0.5, 0.9, 0.5, 0.9]);
  expect(both.svg).toContain("no setting explains the differences by itself");
  expect(both.svg).not.toContain("0%");
  expect(of(Array.from({ length: 8 }, () => 0.9)).svg).toContain("all trials have the same value");
  expect(importanceBars(decided).svg).toContain("0%");
  // Of a setting with another value in each trial, nothing is known: it may explain everything.
  const unknown = [0.1, 0.2, 0.3, 0.4].map((rate, i) =>
    trialOf(i + 1, [0.9, 0.5, 0.5, 0.9][i]!, { optimizer: i % 2 ? "sgd" : "adam", "learning-rate": rate }),
  );
  expect(importanceBars(sweepOf(unknown)).svg).toContain("too few trials");
});

test("trials with the same values share a curve, which names them", () => {
  const values = [0.9, 0.9, 0.8, 0.9];
  const sweep = sweepOf(values.map((value, i) => trialOf(i + 1, value, { optimizer: "sgd" })));
  const { keys, label } = trialCurves(sweep);
  expect(keys.map(({ name }) => name)).toEqual(["trials 1, 2 and 4 (same curve)", "trial 3"]);
  expect(label).toContain("trials 1, 2 and 4 (same curve): 90.00%");
  expect(trialCurves(decided).note).toBe("the 6 best of 12 trials");
});

test("in the table, words stand left and numbers right", () => {
  const cells = [...sweepHtml(decided).matchAll(/<t[hd][^>]*class="([^"]*)"[^>]*>([^<]*)</g)].map(([, kind, text]) => [
    text!,
    kind!.includes("word"),
  ]);
  const isWord = Object.fromEntries(cells);
  expect(isWord).toMatchObject({ optimizer: true, sgd: true, State: true, done: true, "learning-rate": false });
  expect(isWord["0.1"]).toBe(false);
});

test("parallel coordinates: labels lie within the picture and beside each other", () => {
  const networks = ["article", "./networks/a-network-with-a-very-long-name.mjs", "modern"];
  const trials = Array.from({ length: 9 }, (_, i) =>
    trialOf(i + 1, 0.9 - i / 100, {
      network: networks[i % 3]!,
      "validation-split": 0.1 + i / 100,
      "learning-rate": [0.001, 0.00101, 0.1][i % 3]!,
      augment: ["none", "elastic"][i % 2]!,
    }),
  );
  const varied = ["network", "validation-split", "learning-rate", "augment"].map((name) => ({
    name,
    values: "",
    log: false,
  }));
  const { svg, width } = parallelCoordinates(sweepOf(trials, { varied }));
  const body = svg.slice(svg.indexOf('<g transform="translate'));
  const labels = [...body.matchAll(/<rect x="([\d.-]+)" y="([\d.-]+)" width="([\d.]+)" height="(\d+)"/g)].map((found) =>
    found.slice(1).map(Number),
  );
  expect(labels.length).toBeGreaterThan(9);
  for (const [x, y, wide, high] of labels as [number, number, number, number][]) {
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x + wide).toBeLessThanOrEqual(width);
    for (const [x2, y2, wide2, high2] of labels as [number, number, number, number][]) {
      const isSame = x === x2 && y === y2;
      expect(isSame || x + wide <= x2 || x2 + wide2 <= x || y + high <= y2 || y2 + high2 <= y).toBe(true);
    }
  }
  for (const [, x, text] of body.matchAll(/<text x="([\d.]+)" y="16"[^>]*>([^<]*)</g)) {
    expect(Number(x) - textWidth(text!, 13) / 2).toBeGreaterThanOrEqual(0);
    expect(Number(x) + textWidth(text!, 13) / 2).toBeLessThanOrEqual(width);
  }
});

test("the page says how many images a trial is measured on, with a warning where each counts much", () => {
  const textOf = (validation: SweepJson["validation"]) =>
    sweepHtml({ ...decided, validation }).replaceAll(/<[^>]*>/g, "");
  expect(textOf({ images: 5000 })).toContain("Each trial is measured on 5,000 validation images.");
  expect(textOf({ images: 100 })).not.toContain("one of the");
  expect(textOf({ images: 14 })).toContain("one of the 14 images is 7.1%, so trials that are close cannot be told");
  const crossed = textOf({ images: 99, folds: 3 });
  expect(crossed).toContain("Each trial is measured on all 99 training images, in 3 folds.");
  expect(crossed).toContain("one of the 99 images is 1.0%");
});

test("several spaces of a command stay as they are", () => {
  const page = sweepHtml({ ...decided, bestCommands: ["lenet5 train --data 'my  digits'"] });
  expect(page.replaceAll(/<[^>]*>/g, "")).toContain("lenet5 train --data &#39;my  digits&#39;");
});

test("where no trial has its whole training, the page has the best so far, and after how many epochs", () => {
  const trials = decided.trials.map((trial) => ({ ...trial, state: "unfinished" as const, plannedEpochs: 9 }));
  const page = sweepHtml({ ...decided, trials });
  const text = page.replaceAll(/<[^>]*>/g, "");
  expect(text).toContain("90.00% validation accuracy, best so far, after 2 of 9 epochs");
  expect(text).toContain("Trial 1 is the best so far of 12 trials: optimizer sgd, learning-rate 0.1");
  expect(text).toContain("The best trial so far");
  expect(text).toContain("This command trains it for all its 9 epochs");
  expect(text).toContain("Validation accuracy by epoch");
  expect(sweepHtml(decided)).not.toContain("so far");
});

test("the page lists what varied, with its values", () => {
  const text = sweepHtml(decided).replaceAll(/<[^>]*>/g, "\n");
  expect(text).toMatch(/Varied\s+optimizer sgd, adam; learning-rate 0\.001 to 0\.1 \(log\)/);
});
