import { expect, test } from "vitest";
import { batchShapeText, sizeOf } from "./tensor.ts";

test("the size of a shape is the product of its axes; 1 without axes", () => {
  expect([sizeOf([2, 3, 4]), sizeOf([5, 0]), sizeOf([7]), sizeOf([])]).toEqual([24, 0, 7, 1]);
});

test("a shape as text", () => {
  expect(batchShapeText([32, 32, 1])).toBe("[N, 32, 32, 1]");
  expect(batchShapeText([])).toBe("[N]");
});
