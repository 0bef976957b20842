import { expect, it } from "vitest";
import { classReports } from "./class-report.ts";

it("precision counts a column, recall a row, and F1 is their harmonic mean", () => {
  // 10 images of class 0, 4 of class 1; 9 and 5 predictions.
  const [first, second] = classReports(
    [
      [8, 2],
      [1, 3],
    ],
    ["a", "b"],
  );
  expect(first).toEqual({ name: "a", precision: 8 / 9, recall: 0.8, f1: 16 / 19, support: 10 });
  expect(second).toEqual({ name: "b", precision: 0.6, recall: 0.75, f1: 6 / 9, support: 4 });
});

it("a class without a name has its number", () => {
  expect(
    classReports(
      [
        [1, 0],
        [0, 1],
      ],
      ["a"],
    ).map(({ name }) => name),
  ).toEqual(["a", "1"]);
});

it("a quotient with the denominator 0 is null", () => {
  const [, never, absent, neither] = classReports(
    [
      [5, 0, 1, 0],
      [2, 0, 0, 0],
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ],
    [],
  );
  expect(never).toEqual({ name: "1", precision: null, recall: 0, f1: 0, support: 2 });
  expect(absent).toEqual({ name: "2", precision: 0, recall: null, f1: 0, support: 0 });
  expect(neither).toEqual({ name: "3", precision: null, recall: null, f1: null, support: 0 });
});
