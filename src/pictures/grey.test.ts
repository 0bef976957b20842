import { expect, test } from "vitest";
import { greyOf, greyPicture, luminance, onWhite } from "./grey.ts";

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

test.each<[number, number, number, number, number, number[]]>([
  // Width and height, the longest side wanted, rows and columns, each the mean of its square
  [3, 2, 3, 2, 3, [0, 1, 2, 10, 11, 12]],
  [3, 2, 4, 2, 3, [0, 1, 2, 10, 11, 12]],
  [4, 2, 2, 1, 2, [5.5, 7.5]],
  [4, 4, 2, 2, 2, [5.5, 7.5, 25.5, 27.5]],
  [5, 3, 2, 1, 1, [11]],
  [2, 5, 3, 2, 1, [5.5, 25.5]],
  [6, 1, 2, 1, 2, [1, 4]],
  [1, 6, 2, 2, 1, [10, 40]],
])("%i x %i to at most %i pixels", (width, height, longest, rows, columns, means) => {
  const shrunk = greyPicture(width, height, (x, y) => x + 10 * y, longest);
  expect(shrunk).toEqual({ rows, columns, data: Float32Array.from(means) });
});

test("768 pixels are enough", () => {
  expect(greyPicture(768, 2, () => 1)).toMatchObject({ rows: 2, columns: 768 });
  expect(greyPicture(769, 2, () => 1)).toEqual({ rows: 1, columns: 384, data: new Float32Array(384).fill(1) });
});
