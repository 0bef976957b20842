import { expect, it } from "vitest";
import { linesOf, runsOf } from "./runs.ts";

const answers = { at: [0, 1, 2, 3, 4], classes: 2, scores: Float32Array.of(1, 0, 0.75, 0.25, 0.25, 0.75, 0, 1, 1, 0) };

it("runs are the parts of the range with one answer", () => {
  expect(runsOf(answers, false)).toEqual([
    { label: 0, from: 0, to: 0.375 },
    { label: 1, from: 0.375, to: 0.875 },
    { label: 0, from: 0.875, to: 1 },
  ]);
  expect(runsOf(answers, true).map(({ label }) => label)).toEqual([1, 0, 1]);
});

it("lines have probabilities from 0 to 1, and the smallest distance on top", () => {
  expect(linesOf(answers, false, 42)[1]).toBe("0.00,41.00 25.00,31.00 50.00,11.00 75.00,1.00 100.00,41.00");
  const distances = { ...answers, scores: answers.scores.map((score) => 10 + 20 * score) };
  expect(linesOf(distances, true, 42)[1]).toBe("0.00,1.00 25.00,11.00 50.00,31.00 75.00,41.00 100.00,1.00");
  expect(linesOf({ ...answers, scores: new Float32Array(10).fill(3) }, false, 42)[0]).toContain("0.00,21.00");
});
