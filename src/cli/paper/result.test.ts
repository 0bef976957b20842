import { expect, test } from "vitest";
import { keptIn } from "../jobs/kept-result.ts";
import { paperResult } from "./result.ts";

const run = {
  ...{ seed: 1, testError: [0.1, 0.05], trainingError: [0.2, 0.1], finalTrainingError: 0.1, seconds: 3 },
  firstRates: [1e-4, 1e-2],
};
const predictions = { labels: [0, 9], predicted: [0, 4], confidence: [0.9, 0.5], margin: [10, 1] };
const read = (change: object) =>
  keptIn(new TextEncoder().encode(JSON.stringify({ recipe: "{}", run, predictions, ...change })), {
    file: "a.json",
    schema: paperResult,
  });

test("a kept result is read", () => {
  expect(read({})).toEqual({ recipe: "{}", result: { run, predictions } });
});

test.each([
  ["errors of other numbers of passes", { run: { ...run, testError: [0.1] } }],
  ["errors of no passes", { run: { ...run, testError: [], trainingError: [] } }],
  ["a share above 1", { run: { ...run, finalTrainingError: 2 } }],
  ["other numbers of predictions", { predictions: { ...predictions, margin: [1] } }],
  ["no predictions", { predictions: { labels: [], predicted: [], confidence: [], margin: [] } }],
  ["a digit that is none", { predictions: { ...predictions, predicted: [0, 10] } }],
])("a damaged one is not: %s", (_, change) => {
  expect(read(change)).toBeUndefined();
});
