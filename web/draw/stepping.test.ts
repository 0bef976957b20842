import { expect, it } from "vitest";
import { nextAfter, randomOf } from "./stepping.ts";

it("the next misread image follows the current one, and the first follows the last", () => {
  expect(nextAfter(-1, [40, 3, 12])).toBe(3);
  expect(nextAfter(3, [40, 3, 12])).toBe(12);
  expect(nextAfter(40, [40, 3, 12])).toBe(3);
  expect(nextAfter(0, [])).toBeUndefined();
});

it("a random image is of the class that was asked for", () => {
  const labels = [1, 7, 1, 3];
  expect(randomOf(labels, 1, 0.99)).toBe(2);
  expect(randomOf(labels, 1, 0)).toBe(0);
  expect(randomOf(labels, undefined, 0.5)).toBe(2);
  expect(randomOf(labels, 9, 0.5)).toBeUndefined();
});
