import { expect, test } from "vitest";
import { naturalOrder } from "./natural-order.ts";

test("numbers in names are compared as numbers", () => {
  const names = ["10", "9", "2", "01", "1", "a10", "a9b", "a9", "b", "a", "", "-1"];
  expect(names.sort(naturalOrder)).toEqual(["", "01", "1", "2", "9", "10", "-1", "a", "a9", "a9b", "a10", "b"]);
});

test("digits of any number", () => {
  expect(naturalOrder("9".repeat(400), `1${"0".repeat(400)}`)).toBe(-1);
  expect(naturalOrder("x1", "x1")).toBe(0);
});
