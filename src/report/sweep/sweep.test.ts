import { expect, test } from "vitest";
import { trialCurves } from "./curves.ts";
import { fenced } from "./fence.ts";
import { costFront, frontOf } from "./front.ts";
import { importanceBars, settingImportance } from "./importance.ts";
import { parallelCoordinates } from "./parallel.ts";
import { sweepHtml } from "./sweep-page.ts";
import type { SweepJson, TrialJson } from "./sweep-results.ts";

/** A trial whose value after each epoch is a little above the last. */
function trialOf(
  trial: number,
  value: number,
  settings: TrialJson["settings"],
  more: Partial<TrialJson> = {},
): TrialJson {
  const trainings = [{ seed: 1, values: [value / 2, value], seconds: trial, parameters: 1000 * trial }];
  return { trial, settings, state: "done", epochs: 2, value, trainings, ...more };
}

function sweepOf(trials: readonly TrialJson[], more: Partial<SweepJson> = {}): SweepJson {
  return {
    ...{ lenet5: "1.2.3", command: "lenet5 sweep a.yaml", name: "a", metric: "val_accuracy", choice: "grid" },
    fixed: { data: "digits" },
    varied: [
      { name: "optimizer", log: false },
      { name: "learning-rate", log: true },
    ],
    planned: trials.length,
    best: trials[0]?.trial ?? null,
    bestCommand: trials.length > 0 ? "lenet5 train --optimizer sgd" : null,
    ...more,
    trials,
  };
}

/** The optimizer decides, and the learning rate does nothing. */
const decided = sweepOf(
  Array.from({ length: 12 }, (_, i) => {
    const [optimizer, base] = i % 2 === 0 ? ["sgd", 0.9] : ["adam", 0.5];
    return trialOf(i + 1, base + 0.001 * ((7 * i) % 5), {
      optimizer,
      "learning-rate": 10 ** -(1 + ((5 * i) % 12) / 4),
    });
  }),
);

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
  const sweep = sweepOf(trials, { varied: [{ name: "optimizer", log: false }] });
  expect(settingImportance(sweep)).toEqual([{ name: "optimizer", share: 0 }]);
  expect(importanceBars(sweep).note).toContain("after epoch 1, 4 trials");
});

test("the front has the trials that none beats at the same cost or a lower one", () => {
  const values = [0.5, 0.4, 0.7, 0.7, 0.9];
  const sweep = sweepOf(values.map((value, i) => trialOf(i + 1, value, { optimizer: "sgd" })).reverse());
  expect(frontOf(sweep, "parameters").map(({ trial }) => trial)).toEqual([1, 3, 5]);
  const loss = { ...sweep, metric: "val_loss" as const };
  expect(frontOf(loss, "seconds").map(({ trial }) => trial)).toEqual([1, 2]);
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
      bestCommand: null,
    }),
  ],
  [
    "names from elsewhere",
    sweepOf([trialOf(1, 0.5, { [strange]: strange })], { name: strange, varied: [{ name: strange, log: true }] }),
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

test("trials that did not learn do not press the others together", () => {
  const good = Array.from({ length: 12 }, (_, i) => trialOf(i + 1, 0.97 + i / 1000, { optimizer: "sgd" }));
  const values = (trials: readonly TrialJson[]) => trials.map(({ value }) => value!);
  expect(fenced(decided, values(good))).toEqual({ min: 0.97, max: 0.981, beyond: 0 });
  const bad = [0.1, 0.11].map((value, i) => trialOf(20 + i, value, { optimizer: "adam" }));
  const sweep = sweepOf([...good.reverse(), ...bad]);
  expect(fenced(sweep, values(sweep.trials))).toEqual({ min: 0.97, max: 0.981, beyond: 2 });
  for (const figure of [costFront(sweep, "seconds"), parallelCoordinates(sweep)])
    expect(figure.note).toContain("2 trials are worse than the axis shows");
  // A loss is better where it is smaller.
  expect(fenced({ metric: "val_loss" }, [0.1, 0.11, 0.12, 0.13, 2.3])).toEqual({ min: 0.1, max: 0.13, beyond: 1 });
});

test("a file that is called sweep.yaml does not make a sweep sweep", () => {
  expect(sweepHtml({ ...decided, name: "sweep" })).not.toContain("Sweep sweep");
});
