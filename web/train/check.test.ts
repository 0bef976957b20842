import { optimizerNames, recipes } from "lenet5";
import { expect, it } from "vitest";
import { usual } from "../state/train-settings.ts";
import { faultOf, optimizers, roundsOf } from "./check.ts";
import { usualOf } from "./usual.ts";

it("placeholders are what the library takes", () => {
  const { article, full, modern, other } = recipes;
  const all = { article, full, modern, "1998": recipes["1998"], own: other };
  expect(Object.keys(usualOf).sort()).toEqual(Object.keys(all).sort());
  for (const [name, { epochs, batchSize, optimizer, augment }] of Object.entries(all))
    expect(usualOf[name]).toEqual({ epochs, batchSize, optimizer, augment: augment?.type ?? "none" });
});

it("all optimizers of the library are offered", () => {
  expect([...optimizers].sort()).toEqual([...optimizerNames].sort());
});

it("the usual settings are fine, and those of a long training", () => {
  expect(faultOf(usual)).toBeUndefined();
  const long = {
    ...usual,
    learningRate: "0.01",
    schedule: "cosineDecay",
    epochs: 100,
    more: "4@0.001 2",
    augment: "elastic",
  };
  expect(faultOf(long)).toBeUndefined();
  expect(faultOf({ ...usual, network: "own", layers: "flatten" })).toBeUndefined();
});

it.each([
  [{ network: "alexnet" }, 'Expected network article, full, modern, 1998, own, got "alexnet".'],
  [{ network: "own" }, "The own network has no layers: add one, or choose another network."],
  [{ network: "own", layers: "pool" }, /^layer 1: expected conv2d/],
  [{ epochs: 5000 }, "Expected epochs from 0 to 1,000, got 5000."],
  [{ optimizer: "best" }, /^Expected an optimizer of sgd, adam, /],
  [{ learningRate: "0" }, 'Expected a learning rate above 0, such as 0.01, got "0".'],
  [{ schedule: "oneCycle" }, "The schedule needs a learning rate beside it: give one."],
  [{ validation: "1" }, /^Expected a share for validation/],
  [{ more: "x" }, 'Expected more epochs such as 4 or 4@0.01, got "x".'],
])("%j is refused in one line", (given, line) => {
  const fault = faultOf({ ...usual, ...given });
  if (typeof line === "string") expect(fault).toBe(line);
  else expect(fault).toMatch(line);
});

it("more epochs are read with their rates", () => {
  expect(roundsOf("4@0.01 2")).toEqual([
    { epochs: 4, learningRate: 0.01 },
    { epochs: 2, learningRate: undefined },
  ]);
});
