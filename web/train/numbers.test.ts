import { expect, it } from "vitest";
import { ticks } from "./loss-drawing.ts";
import { counted, roundUp, timeText } from "./numbers.ts";

it("numbers are rounded up to short ones", () => {
  expect([0.12, 0.15, 1, 1.01, 2.4, 77, 99].map(roundUp)).toEqual([0.15, 0.15, 1, 1.5, 3, 80, 100]);
  expect(roundUp(0)).toBe(1);
});

it("time is said in steps that can be read", () => {
  expect([0.2, 9, 11, 89, 91, 600].map(timeText)).toEqual(["1 s", "9 s", "15 s", "90 s", "2 min", "10 min"]);
  expect(counted(12345.4)).toBe("12,345");
});

it("an axis has a few round numbers", () => {
  expect(ticks(3.45, 4)).toEqual([0, 1, 2, 3]);
  expect(ticks(12, 6)).toEqual([0, 2, 4, 6, 8, 10, 12]);
  expect(ticks(0.15, 4)).toEqual([0, 0.05, 0.1, 0.15]);
});
