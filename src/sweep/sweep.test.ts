import fc from "fast-check";
import { expect, test } from "vitest";
import { settingRules } from "../cli/sweep/setting-rules.ts";
import { rungsOf } from "./rungs.ts";
import { sobolPoints } from "./samplers/sobol.ts";
import { checkedSweep, type Sweep } from "./sweep.ts";
import { trialsOf } from "./trials.ts";
import { valuesText } from "./variation.ts";

const rules = settingRules();
const sweepOf = (given: object, limit?: number): Sweep =>
  checkedSweep({ vary: { optimizer: ["sgd", "adam"] }, choose: "grid", ...given }, "a.yaml", rules, limit);
const settingsOf = (given: object, limit?: number) => trialsOf(sweepOf(given, limit)).map(({ settings }) => settings);

test("a grid has every combination, with settings whose condition holds only", () => {
  const vary = {
    // Its condition is on a setting that comes later in the file.
    augment: { values: ["none", "elastic"], when: { optimizer: "sgd" } },
    optimizer: ["sgd", "adam"],
    epochs: { from: 2, to: 4, step: 2 },
  };
  expect(settingsOf({ train: { seed: 5 }, vary })).toEqual([
    ...["none", "elastic"].flatMap((augment) =>
      [2, 4].map((epochs) => ({ seed: 5, optimizer: "sgd", augment, epochs })),
    ),
    ...[2, 4].map((epochs) => ({ seed: 5, optimizer: "adam", epochs })),
  ]);
});

test("without choose: a grid where every setting has a list of values, else random draws", () => {
  const choiceOf = (vary: object) => sweepOf({ choose: undefined, vary, trials: 3 }).choose;
  const lists = { optimizer: ["sgd", "adam"], epochs: { from: 1, to: 4, step: 1 } };
  expect(choiceOf(lists)).toEqual(sweepOf({ choose: "grid" }).choose);
  expect(choiceOf({ ...lists, "learning-rate": { from: 0.01, to: 0.1 } })).toEqual({ by: "random", seed: 1 });
});

test("steps are differences, or factors with log; the end belongs to a range in spite of rounding", () => {
  const of = (range: object) => settingsOf({ vary: { "learning-rate": range } }).map((each) => each["learning-rate"]);
  expect(of({ from: 0.1, to: 0.3, step: 0.1 })).toEqual([0.1, 0.2, 0.3]);
  expect(of({ from: 0.001, to: 0.1, step: 10, log: true })).toEqual([0.001, 0.01, 0.1]);
});

test.each(["random", "sobol"] as const)("%s: trial N has the same settings whatever the number of trials", (choose) => {
  const vary = {
    "learning-rate": { from: 1e-4, to: 1, log: true },
    epochs: { from: 1, to: 3 },
    optimizer: ["sgd", "adam"],
  };
  const trials = settingsOf({ vary, choose, trials: 64 });
  expect(settingsOf({ vary, choose }, 20)).toEqual(trials.slice(0, 20));
  expect(settingsOf({ vary, choose: { by: choose, seed: 2 } }, 20)).not.toEqual(trials.slice(0, 20));
  const column = (name: string) => trials.map((settings) => settings[name]);
  expect(new Set(column("epochs"))).toEqual(new Set([1, 2, 3]));
  // With log, as many trials are in each decade.
  for (const decade of [1e-4, 1e-3, 1e-2, 1e-1]) {
    const within = (column("learning-rate") as number[]).filter((rate) => rate >= decade && rate < decade * 10);
    expect(within.length).toBeGreaterThan(8);
    expect(within.length).toBeLessThan(24);
  }
});

test("no two trials have the same settings, and a sweep ends where there are no more", () => {
  const trials = settingsOf({
    choose: "random",
    trials: 50,
    vary: { epochs: { from: 1, to: 4 }, optimizer: ["sgd", "adam"] },
  });
  expect(trials).toHaveLength(8);
  expect(new Set(trials.map((each) => JSON.stringify(each))).size).toBe(8);
});

test("Sobol's sequence: the first points that Joe and Kuo's program prints, and every dimension is even", () => {
  const points: number[][] = [];
  for (const point of sobolPoints(21)) {
    points.push([...point].map((bits) => bits / 2 ** 32));
    if (points.length === 256) break;
  }
  expect(points.slice(0, 8).map((point) => point.slice(0, 3))).toEqual([
    [0, 0, 0],
    [0.5, 0.5, 0.5],
    [0.75, 0.25, 0.25],
    [0.25, 0.75, 0.75],
    [0.375, 0.375, 0.625],
    [0.875, 0.875, 0.125],
    [0.625, 0.125, 0.875],
    [0.125, 0.625, 0.375],
  ]);
  for (let j = 0; j < 21; j++) {
    const parts = points.map((point) => Math.floor(point[j]! * 256)).sort((a, b) => a - b);
    expect(parts).toEqual(Array.from({ length: 256 }, (_, i) => i));
  }
  // As scipy 1.17 has it: qmc.Sobol(21, scramble=False, bits=32).
  expect(points[199]!.map((part) => part * 2 ** 32)).toEqual([
    ...[620756992, 2466250752, 4177526784, 3338665984, 1627389952, 3204448256, 3607101440, 2835349504, 83886080],
    ...[788529152, 4009754624, 2801795072, 520093696, 117440512, 3909091328, 1627389952, 1392508928, 687865856],
    ...[4009754624, 2634022912, 2365587456],
  ]);
});

test("halving: a third of the trials for three times as many epochs, the last rung with all epochs", () => {
  const rungs = (trials: number, epochs: number, more = {}) =>
    rungsOf(sweepOf({ train: { epochs }, choose: { by: "halving", from: "random", ...more }, trials }), trials).map(
      ({ until, trials }) => [until, trials],
    );
  expect(rungs(27, 27)).toEqual([[1, 27], [3, 9], [9, 3], [27, 1]]); // biome-ignore format: a rung each
  expect(rungs(18, 9)).toEqual([[1, 18], [3, 6], [9, 2]]); // biome-ignore format: a rung each
  expect(rungs(16, 12, { eta: 4, "first-epochs": 2 })).toEqual([[3, 16], [12, 4]]); // biome-ignore format: a rung each
  expect(rungs(2, 9)).toEqual([[9, 2]]);
  expect(rungs(9, 1)).toEqual([[1, 9]]);
});

const range = { from: 0.01, to: 0.1 };
test.each<[string, object, string]>([
  ["no settings that vary", { vary: {} }, "vary: expected at least one setting, got none"],
  ["vary as a list", { vary: ["epochs"] }, "vary: expected settings by name, got an array"],
  [
    "a part that does not exist",
    { varies: {} },
    'expected "train", "vary", "choose", "measure", "trials" or "minutes", got "varies"',
  ],
  ["a mistyped part, which is missing so", { vary: undefined, varry: { epochs: [1, 2] } }, 'got "varry": did you mean "vary"?'], // biome-ignore format: short
  ["a mistyped key within a part", { choose: { by: "random", sed: 2 } }, 'choose: expected "by" or "seed", got "sed": did you mean "seed"?'], // biome-ignore format: short
  ["an option that does not exist", { vary: { lr: [1] } }, "vary.lr: expected an option of lenet5 train"],
  ["a name in camelCase", { train: { learningRate: 1 } }, "train.learningRate: expected an option of lenet5 train"],
  ["a key of every object", { vary: { constructor: [1] } }, "vary.constructor: expected an option of lenet5 train"],
  ["an option of a single run", { train: { out: "a" } }, "train.out: a sweep has folders of its own"],
  ["threads", { train: { threads: 2 } }, "train.threads: each training gets its share of the cores: give --jobs"],
  [
    "a value that the option does not take",
    { vary: { epochs: [1, 0] } },
    "vary.epochs: expected a whole number of at least 1, got",
  ],
  [
    "a name that the option does not take",
    { vary: { optimizer: ["sgd", "adm"] } },
    'vary.optimizer: expected "adadelta"',
  ],
  ["a setting without values", { vary: { epochs: [] } }, "vary.epochs: expected at least one item"],
  ["one value without a list", { vary: { epochs: 3 } }, "vary.epochs: expected a list, got 3"],
  ["a value twice", { vary: { epochs: [2, 2] } }, "vary.epochs: expected different values, got 2 twice"],
  ["a setting in both parts", { train: { optimizer: "sgd" } }, "optimizer: expected in train or in vary, got both"],
  ["data that vary", { vary: { data: ["mnist", "digits"] } }, "vary.data: expected in train"],
  ["seeds that vary", { vary: { seed: [1, 2] } }, "vary.seed: expected in train: with seeds in measure"],
  ["a range of names", { vary: { optimizer: range } }, "vary.optimizer: expected a list of values, got a range"],
  [
    "a range without an end",
    { vary: { "learning-rate": { from: 1 } } },
    "vary.learning-rate.to: expected a value, got none",
  ],
  ["a range with another key", { vary: { "learning-rate": { ...range, steps: 2 } } }, 'got "steps"'],
  [
    "a range the wrong way round",
    { vary: { "learning-rate": { from: 1, to: 0.1 } } },
    'expected "from" below "to", got 1 and 0.1',
  ],
  [
    "a range of text",
    { vary: { "learning-rate": { from: "low", to: 1 } } },
    'vary.learning-rate.from: expected a number, got "low"',
  ],
  [
    "a range without a step in a grid",
    { vary: { "learning-rate": range } },
    "vary.learning-rate.step: expected a step, or a list",
  ],
  [
    "log from 0",
    { vary: { offset: { from: 0, to: 1, log: true } } },
    "vary.offset.from: expected a number above 0 with log",
  ],
  [
    "a factor of 1",
    { vary: { "learning-rate": { ...range, step: 1, log: true } } },
    "step: expected a factor above 1, got 1",
  ],
  ["endless steps", { vary: { "learning-rate": { ...range, step: 1e-9 } } }, "expected at most 10000 values"],
  [
    "a condition on nothing",
    { vary: { epochs: { values: [1, 2], when: { network: "full" } } } },
    "vary.epochs.when.network: expected a setting of train or vary",
  ],
  [
    "a condition that never holds",
    { vary: { optimizer: ["sgd"], epochs: { values: [1, 2], when: { optimizer: "adam" } } } },
    'expected a value that optimizer has, "sgd", got "adam"',
  ],
  [
    "conditions in a circle",
    {
      vary: {
        optimizer: { values: ["sgd", "adam"], when: { epochs: 1 } },
        epochs: { values: [1, 2], when: { optimizer: "sgd" } },
      },
    },
    "expected a setting that does not depend on this one",
  ],
  [
    "a way to choose that does not exist",
    { choose: "bayes" },
    'choose.by: expected "grid", "random", "sobol", "halving" or "asha", got "bayes"',
  ],
  ["a mistake beside no way to choose", { choose: undefined, measure: "accuracy" }, "measure.metric: expected"],
  [
    "a range with no way to choose, and no number of trials",
    { choose: undefined, vary: { "learning-rate": range } },
    "trials: expected a number of trials, in the file or with --trials, got none",
  ],
  ["halving without epochs", { choose: "halving", trials: 3 }, "train.epochs: expected the epochs of a whole trial"],
  [
    "halving of epochs",
    { choose: "halving", trials: 3, vary: { epochs: [1, 2] } },
    "vary.epochs: expected in train with halving",
  ],
  [
    "half a trial to go on",
    { choose: { by: "halving", eta: 1 }, trials: 3 },
    "choose.eta: expected a whole number of at least 2, got 1",
  ],
  ["no number of trials", { choose: "random" }, "trials: expected a number of trials, in the file or with --trials"],
  ["no trials", { trials: 0 }, "trials: expected a whole number of at least 1, got 0"],
  [
    "the test set",
    { measure: "test_accuracy" },
    'measure.metric: expected "val_accuracy" or "val_loss", got "test_accuracy"',
  ],
  [
    "no seeds",
    { measure: { metric: "val_loss", seeds: 0 } },
    "measure.seeds: expected a whole number of at least 1, got 0",
  ],
  ["seeds and folds", { measure: { metric: "val_loss", seeds: 2, folds: 2 } }, 'measure: expected "seeds" or "folds"'],
  ["one fold", { measure: { metric: "val_loss", folds: 1 } }, "measure.folds: expected a whole number of at least 2"],
  [
    "folds with a split",
    { train: { "validation-split": 0.1 }, measure: { metric: "val_loss", folds: 2 } },
    "train.validation-split: it cannot be combined with folds",
  ],
  ["minutes below 0", { minutes: -1 }, "minutes: expected a number of at least 0, got -1"],
])("refused in one line: %s", (_, given, message) => {
  const error = (() => {
    try {
      sweepOf(given);
    } catch (error) {
      return error as Error;
    }
    return undefined;
  })();
  expect(error?.name).toBe("InputError");
  expect(error?.message).toMatch(/^a\.yaml: /);
  expect(error?.message).toContain(message);
});

test.each([null, 3, "text", []])("a file that holds no sweep: %s", (given) => {
  expect(() => checkedSweep(given, "a.yaml", rules)).toThrow(/^a\.yaml: expected a sweep, such as \{ vary: .*got/);
});

test("whatever a file holds, it is a sweep with trials, or refused in one line", () => {
  const names = ["optimizer", "learning-rate", "epochs", "augment", "threads", "__proto__", "toString", "x y"];
  const value = fc.oneof(
    fc.constantFrom("sgd", "adam", "none", "", true, null, 0, 1, 2, 0.1, -1, 1e308),
    fc.anything(),
  );
  const range = fc.record(
    {
      from: value,
      to: value,
      step: value,
      log: value,
      values: fc.array(value, { maxLength: 3 }),
      when: fc.dictionary(fc.constantFrom(...names), value),
    },
    { requiredKeys: [] },
  );
  const settings = fc.dictionary(fc.constantFrom(...names), fc.oneof(fc.array(value, { maxLength: 3 }), range, value));
  const choose = fc.oneof(
    fc.constantFrom("grid", "random", "sobol", "halving", "asha"),
    fc.record({ by: value, eta: value }),
    value,
  );
  const file = fc.record(
    { train: settings, vary: settings, choose, measure: value, trials: value },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(file, (given) => {
      let sweep: Sweep;
      try {
        sweep = checkedSweep(given, "a.yaml", rules, 20);
      } catch (error) {
        expect((error as Error).name).toBe("InputError");
        expect((error as Error).message).toMatch(/^a\.yaml: [^\n]*$/);
        return;
      }
      const trials = trialsOf(sweep);
      expect(trials.length).toBeGreaterThan(0);
      for (const { settings } of trials) expect(JSON.parse(JSON.stringify(settings))).toEqual(settings);
    }),
    { numRuns: 150 },
  );
});

test("the values of settings that vary, for people", () => {
  const { varied } = sweepOf({
    vary: {
      optimizer: ["sgd", "adam"],
      "learning-rate": { from: 0.001, to: 0.1, log: true },
      "batch-size": { from: 8, to: 64, step: 4 },
      epochs: { from: 1, to: 5 },
    },
    choose: "random",
    trials: 2,
  }).space;
  expect(Object.fromEntries(varied.map(([name, { of }]) => [name, valuesText(of)]))).toEqual({
    optimizer: "sgd, adam",
    "learning-rate": "0.001 to 0.1 (log)",
    "batch-size": "8, 12, 16, ..., 64 (15 values)",
    epochs: "1 to 5",
  });
});
