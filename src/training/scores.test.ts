import { describe, expect, it } from "vitest";
import { bestClasses, margin, probabilitiesOfDistances } from "./scores.ts";

describe("the predicted class", () => {
  it("of each row is the one with the highest score", () => {
    expect([...bestClasses([3, 1, 2, -5, -3, -4, 0, 1, 2], 3)]).toEqual([0, 1, 2]);
    expect([...bestClasses([1, 0, -100, 5, 9, 7], 3)]).toEqual([0, 1]);
  });

  it("of distances is the class with the smallest", () => {
    expect([...bestClasses([3, 1, 2, 5, 8, 9, 2, 1, 0], 3, true)]).toEqual([1, 0, 2]);
  });

  it("among equal scores is the first", () => {
    expect([...bestClasses([1, 2, 2, 0, 0, 0], 3)]).toEqual([1, 0]);
    expect([...bestClasses([2, 1, 1, 0, 0, 0], 3, true)]).toEqual([1, 0]);
  });
});

describe("probabilities of distances", () => {
  it("fall by the factor e for each unit of distance, and sum to 1", () => {
    const [near, far] = probabilitiesOfDistances([2, 3]);
    expect(near! / far!).toBeCloseTo(Math.E, 12);
    expect(near! + far!).toBeCloseTo(1, 12);
    expect(probabilitiesOfDistances([4, 4, 4, 4])).toEqual([0.25, 0.25, 0.25, 0.25]);
  });

  it("do not underflow far from every class", () => {
    const [near, far] = probabilitiesOfDistances([5000, 5001]);
    expect(near! / far!).toBeCloseTo(Math.E, 12);
  });
});

describe("the margin", () => {
  it("is the gap between the two best scores, in any order", () => {
    expect(margin([0.125, 0.25, 0.625])).toBe(0.375);
    expect(margin([0.625, 0.125, 0.25])).toBe(0.375);
    expect(margin([-3, -1, -10])).toBe(2);
  });

  it("sorts scores as numbers", () => {
    expect(margin([9, 10, 1])).toBe(1);
  });

  it("does not reorder the scores", () => {
    const scores = [0.25, 0.5, 0.125];
    margin(scores);
    expect(scores).toEqual([0.25, 0.5, 0.125]);
  });
});
