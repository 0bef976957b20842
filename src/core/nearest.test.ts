import { expect, test } from "vitest";
import { nearest } from "./nearest.ts";

const known = ["epochs", "batch-size", "learning-rate", "pad", "pad-after", "grey", "size"];

test.each([
  ["epoch", "epochs"],
  ["epohcs", "epochs"],
  ["batchsize", "batch-size"],
  ["batch_size", "batch-size"],
  ["learning_rate", "learning-rate"],
  ["learningrate", "learning-rate"],
  ["gray", "grey"],
  ["padd", "pad"],
  ["gery", "grey"],
  ["szie", "size"],
  ["lr", undefined],
  ["momentum", undefined],
  ["", undefined],
])("%s is meant to be %s", (name, meant) => {
  expect(nearest(name, known)).toBe(meant);
});

test("a long name takes no time", () => {
  expect(nearest("x".repeat(10_000), known)).toBeUndefined();
});
