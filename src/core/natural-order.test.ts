import fc from "fast-check";
import { expect, test } from "vitest";
import { naturalKey, naturalOrder } from "./natural-order.ts";

test("numbers in names are compared as numbers", () => {
  const names = ["10", "9", "2", "01", "1", "a10", "a9b", "a9", "b", "a", "", "-1"];
  expect(names.sort(naturalOrder)).toEqual(["", "01", "1", "2", "9", "10", "-1", "a", "a9", "a9b", "a10", "b"]);
});

test("digits of any number", () => {
  expect(naturalOrder("9".repeat(400), `1${"0".repeat(400)}`)).toBe(-1);
  expect(naturalOrder("x1", "x1")).toBe(0);
});

test("keys of names are in natural order", () => {
  const name = fc.string({ unit: fc.constantFrom("a", "b", " ", "-", ".", "1", "2", "9"), maxLength: 8 });
  fc.assert(
    fc.property(name, name, (a, b) => {
      expect(compared(naturalKey(a), naturalKey(b))).toBe(Math.sign(naturalOrder(a, b)));
    }),
  );
});

test("keys of paths are in order folder by folder", () => {
  const paths = ["a/b.png", "a/b/1.png", "a/b/10.png", "a/b1/1.png", "a-b/1.png", "a.png", "2/z.png", "10/a.png"];
  expect(paths.sort((a, b) => compared(naturalKey(a), naturalKey(b)))).toEqual([
    ...["2/z.png", "10/a.png"],
    ...["a/b/1.png", "a/b/10.png", "a/b1/1.png", "a/b.png", "a-b/1.png", "a.png"],
  ]);
  expect(naturalKey("image007.png")).toBe(naturalKey("image7.png"));
});

function compared(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
