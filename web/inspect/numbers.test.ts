import { expect, it } from "vitest";
import { short, shown } from "./numbers.ts";

it.each([
  [0, "0"],
  [-0, "0"],
  [0.123456, "0.1235"],
  [-0.5, "−0.5000"],
  [-12.34567, "−12.346"],
  [123.4567, "123.46"],
  [1234.567, "1234.6"],
  [-13552112.4, "−13,552,112"],
  [2.5e12, "2.5 × 10¹²"],
  [0.00003, "3.0 × 10⁻⁵"],
  [-4.12e-7, "−4.1 × 10⁻⁷"],
  [Number.NEGATIVE_INFINITY, "−Infinity"],
])("%d is shown as %s", (value, text) => {
  expect(shown(value)).toBe(text);
});

it.each([
  [0.123, ".12"],
  [-0.5, "−.50"],
  [1.234, "1.23"],
  [-12.34, "−12.3"],
  [0.001, "0"],
  [-0.001, "0"],
])("%d in a cell is %s", (value, text) => {
  expect(short(value)).toBe(text);
});
