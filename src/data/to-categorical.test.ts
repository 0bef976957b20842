import { expect, test } from "vitest";
import { InputError, toCategorical } from "../index.ts";

test("one-hot rows, as Keras makes them", () => {
  expect(toCategorical([1, 0, 3], 4)).toEqual({
    shape: [3, 4],
    data: Float32Array.of(0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1),
  });
  expect(toCategorical(Uint8Array.of(2, 0)).shape).toEqual([2, 3]);
  expect(toCategorical([], 3)).toEqual({ shape: [0, 3], data: new Float32Array() });
});

test.each<[unknown, number | undefined, string]>([
  [[0, 3], 3, "expected class numbers from 0 to 2, got 3 for label 1"],
  [[0.5], 3, "got 0.5 for label 0"],
  [[-1], 3, "got -1 for label 0"],
  [[Number.NaN], undefined, "classes: expected a whole number of at least 1, got NaN"],
  [[], undefined, "classes: expected a whole number of at least 1, got 0"],
  [[0], 1.5, "classes: expected a whole number of at least 1, got 1.5"],
  [7, 3, "expected a list of class numbers, got 7"],
])("%j of %j is refused", (labels, classes, message) => {
  expect(() => toCategorical(labels as number[], classes)).toThrow(InputError);
  expect(() => toCategorical(labels as number[], classes)).toThrow(message);
});
