import { expect, test } from "vitest";
import { InputError } from "../../core/errors.ts";
import { checkedSweep } from "../../sweep/sweep.ts";
import { atItsPlace } from "./error-places.ts";
import { settingRules } from "./setting-rules.ts";

const sweep = checkedSweep({ vary: { network: ["article", "modern"] } }, "a.yaml", settingRules());

test.each([
  ['--network: expected a module, got "x"', 'a.yaml: vary.network: expected a module, got "x"'],
  ['--network "./x.mjs": there is no such file', 'a.yaml: vary.network "./x.mjs": there is no such file'],
  ["--folds: expected at most 9, got 10", "a.yaml: measure.folds: expected at most 9, got 10"],
  ["fit validationSplit: expected a number, got 1", "a.yaml: train.validation-split: expected a number, got 1"],
  ["--size: expected with --data, not --jobs", "a.yaml: train.size: expected with data, not --jobs"],
  ["--scale: expected with a model file", "a.yaml: train.scale: expected with a model file"],
  [
    "--network: w.pt: weights alone: lenet5 import w.pt --network ./x.ts",
    "a.yaml: vary.network: w.pt: weights alone: lenet5 import w.pt --network ./x.ts",
  ],
  ["b.csv: expected labels", "a.yaml: train.data: b.csv: expected labels"],
])("%s", (message, expected) => {
  expect(atItsPlace(new InputError(message), sweep, "a.yaml")).toEqual(new InputError(expected));
});

test("a fault of the program stays as it is", () => {
  const fault = new TypeError("--network: x");
  expect(atItsPlace(fault, sweep, "a.yaml")).toBe(fault);
});
