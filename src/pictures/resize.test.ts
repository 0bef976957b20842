import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { resized } from "./resize.ts";

interface Golden {
  readonly by: string;
  readonly from: readonly [width: number, height: number];
  readonly to: readonly [width: number, height: number];
  readonly rgb: readonly number[];
}

const goldens: readonly Golden[] = JSON.parse(
  readFileSync(new URL("../../test/golden/resize.json", import.meta.url), "utf8"),
);

/** The same numbers as in tools/golden/resize.py. */
function pictureOf(width: number, height: number) {
  const data = Uint8Array.from({ length: 4 * width * height }, (_, i) => {
    const [c, x, y] = [i % 4, (i >> 2) % width, Math.floor(i / 4 / width)];
    return c === 3 ? 255 : (x * x * 7 + y * 31 + x * y * 3 + c * 85) % 256;
  });
  return { width, height, data };
}

test.each(goldens)("$from becomes $to as by $by", ({ from, to, rgb }) => {
  const { width, height, data } = resized(pictureOf(...from), ...to, "stretch", 0);
  expect([width, height]).toEqual(to);
  const differences = [...data].filter((_, i) => i % 4 < 3).map((value, i) => Math.abs(value - rgb[i]));
  // Both compute in fixed point.
  expect(Math.max(...differences)).toBeLessThanOrEqual(1);
  expect([...data].filter((_, i) => i % 4 === 3)).toEqual(new Array(width * height).fill(255));
});

test("a picture of that size is the same picture", () => {
  const picture = pictureOf(5, 4);
  expect(resized(picture, 5, 4, "crop", 0)).toBe(picture);
});

test("pad keeps the whole picture between ground, crop its middle", () => {
  const picture = { width: 4, height: 2, data: new Uint8Array(32).fill(255) };
  picture.data.set([10, 20, 30], 0);
  picture.data.set([40, 50, 60], 4);
  const reds = (fit: "pad" | "crop" | "stretch") =>
    [...resized(picture, 4, 4, fit, 7).data].filter((_, i) => i % 4 === 0);
  expect(reds("pad")).toEqual([7, 7, 7, 7, 10, 40, 255, 255, 255, 255, 255, 255, 7, 7, 7, 7]);
  expect(reds("crop").slice(0, 2)).not.toContain(10);
  expect(reds("stretch").slice(0, 2)).toEqual([10, 40]);
});

test("colours count by their alpha", () => {
  const data = Uint8Array.of(200, 0, 0, 255, 0, 90, 0, 0, 200, 0, 0, 255, 0, 90, 0, 0);
  expect([...resized({ width: 2, height: 2, data }, 1, 1, "stretch", 0).data]).toEqual([200, 0, 0, 128]);
});
