import { expect, test } from "vitest";
import { nearest } from "./nearest.ts";

const known = ["epochs", "batch-size", "learning-rate", "pad", "pad-after", "grey", "size", "data", "seed", "log"];

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
  ["pda", "pad"],
  ["sede", "seed"],
  ["lr", undefined],
  ["momentum", undefined],
  ["", undefined],
])("%s is meant to be %s", (name, meant) => {
  expect(nearest(name, known)).toBe(meant);
});

test.each(["rate", "path", "time", "file", "save", "step", "loss", "szei"])("%s is none of them", (name) => {
  expect(nearest(name, known)).toBeUndefined();
});

test("a long name takes no time", () => {
  expect(nearest("x".repeat(10_000), known)).toBeUndefined();
});
