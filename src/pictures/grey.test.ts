import { expect, test } from "vitest";
import { greyOf, luminance, onWhite } from "./grey.ts";

test("the grey of a colour: equal channels keep their value", () => {
  for (let value = 0; value <= 255; value++) expect(luminance(value, value, value)).toBe(value);
  expect([luminance(1, 0, 0), luminance(0, 1, 0), luminance(0, 0, 1)]).toEqual([0.299, 0.587, 0.114]);
});

test("alpha on white: 0 is white, 255 is the grey itself", () => {
  expect([onWhite(0.1, 1), onWhite(0.25, 0), onWhite(0.25, 0.5), onWhite(0, 0.25)]).toEqual([0.1, 1, 0.625, 0.75]);
});

test("a canvas's pixels", () => {
  const rgba = Uint8ClampedArray.from([
    ...[0, 0, 0, 255, 255, 255, 255, 255, 255, 0, 0, 255],
    ...[0, 255, 0, 255, 0, 0, 255, 255, 0, 0, 0, 51],
  ]);
  const { rows, columns, data } = greyOf({ width: 3, height: 2, data: rgba });
  expect([rows, columns]).toEqual([2, 3]);
  [0, 1, 0.299, 0.587, 0.114, 0.8].forEach((grey, i) => {
    expect(data[i]).toBeCloseTo(grey, 6);
  });
});
