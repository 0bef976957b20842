import { expect, it } from "vitest";
import { addLosses, longerBand, lossAxis, lossBand } from "./loss-band.ts";

it("losses are counted in bins of as many batches each", () => {
  const band = lossBand(10, 4);
  expect(band.every).toBe(3);
  addLosses(band, 0, Float32Array.of(3, 1, 2, 5));
  addLosses(band, 4, Float32Array.of(7, Number.NaN));
  addLosses(band, 12, Float32Array.of(9));
  expect([...band.least]).toEqual([1, 5, Infinity, Infinity]);
  expect([...band.most]).toEqual([3, 7, -Infinity, -Infinity]);
  expect([...band.count]).toEqual([3, 2, 0, 0]);
  expect([...band.sum]).toEqual([6, 12, 0, 0]);
});

it("a longer training keeps the losses", () => {
  const band = lossBand(4, 4);
  addLosses(band, 0, Float32Array.of(4, 3, 2, 1));
  const longer = longerBand(band, 8, 4);
  expect(longer.every).toBe(2);
  expect([...longer.count]).toEqual([2, 2, 0, 0]);
  expect([...longer.least]).toEqual([3, 1, Infinity, Infinity]);
});

it("guessing stands at two thirds of the axis", () => {
  expect(lossAxis(Math.log(10))).toBeCloseTo(3.45);
  expect(lossAxis(undefined)).toBeUndefined();
});
