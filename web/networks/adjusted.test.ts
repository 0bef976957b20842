import type { Tensor } from "lenet5";
import { describe, expect, it } from "vitest";
import { type Adjust, unadjusted } from "../state/adjust.ts";
import { adjusted, boxStart, hiddenAt } from "./adjusted.ts";

const SIDE = 15;

/** A square of ink, 5 by 3 pixels, off the middle. */
const image: Tensor<Uint8Array> = {
  shape: [SIDE, SIDE, 1],
  data: Uint8Array.from({ length: SIDE * SIDE }, (_, i) => {
    const [row, column] = [Math.floor(i / SIDE), i % SIDE];
    return row >= 3 && row < 8 && column >= 6 && column < 9 ? 255 : 0;
  }),
  scale: 1 / 255,
};
const changedBy = (change: Partial<Adjust>) => adjusted(image, { ...unadjusted, ...change });
const ink = ({ data }: Tensor<Uint8Array>) => data.reduce((sum, value) => sum + value, 0) / 255;
/** Rows and columns of the ink: first and last. */
function box({ data }: Tensor<Uint8Array>): number[] {
  const dark = [...data.keys()].filter((i) => data[i]! > 127);
  const [rows, columns] = [dark.map((i) => Math.floor(i / SIDE)), dark.map((i) => i % SIDE)];
  return [Math.min(...rows), Math.max(...rows), Math.min(...columns), Math.max(...columns)];
}

describe("adjusted", () => {
  it("is the image itself where nothing is done, whatever the seed and the place of a box without size", () => {
    expect(changedBy({})).toBe(image);
    expect(changedBy({ seed: 9, row: 3 })).toBe(image);
  });

  it("shifts by whole and half pixels", () => {
    expect(box(changedBy({ x: 3, y: -2 }))).toEqual([1, 5, 9, 11]);
    const half = changedBy({ x: 0.5 }).data.subarray(5 * SIDE + 5, 5 * SIDE + 11);
    expect([...half]).toEqual([0, 128, 255, 255, 128, 0]);
    expect(ink(changedBy({ x: 12 }))).toBe(0);
  });

  it("turns clockwise around the middle", () => {
    // The square stands above the middle: a quarter to the right of it.
    expect(box(changedBy({ rotate: 90 }))).toEqual([6, 8, 7, 11]);
    expect(ink(changedBy({ rotate: 90 }))).toBeCloseTo(15, 1);
  });

  it("resizes around the middle, and squeezes without changing the area", () => {
    expect(ink(changedBy({ scale: 200 }))).toBeGreaterThan(50);
    expect(ink(changedBy({ scale: 50 }))).toBeLessThan(5);
    expect(ink(changedBy({ squeeze: 50 }))).toBeCloseTo(15, 0);
    const [top, bottom, left, right] = box(changedBy({ squeeze: 100 })) as [number, number, number, number];
    expect(right - left).toBeGreaterThan(bottom - top);
  });

  it("adds ink around strokes, and takes it off, on white paper too", () => {
    expect(box(changedBy({ thicken: 1 }))).toEqual([2, 8, 5, 9]);
    expect(box(changedBy({ thicken: -1 }))).toEqual([4, 6, 7, 7]);
    const amounts = [-1, -0.5, -0.2, 0, 0.2, 0.5, 1].map((thicken) => ink(changedBy({ thicken })));
    expect(amounts).toEqual(amounts.toSorted((a, b) => a - b));
    const black = { ...image, data: image.data.map((value) => 255 - value) };
    const thick = adjusted(black, { ...unadjusted, thicken: 1 });
    expect(thick.data.map((value) => 255 - value)).toEqual(changedBy({ thicken: 1 }).data);
  });

  it("adds the noise of a seed, the same whenever it is asked for", () => {
    const noisy = changedBy({ noise: 20, seed: 5 });
    expect(changedBy({ noise: 20, seed: 5 })).toEqual(noisy);
    expect(changedBy({ noise: 20, seed: 6 })).not.toEqual(noisy);
    const changes = [...changedBy({ noise: 20 }).data]
      .map((value, i) => value - image.data[i]!)
      .filter((one) => one > 0);
    expect(Math.hypot(...changes) / Math.sqrt(changes.length)).toBeCloseTo(51, -1);
  });

  it("hides what is under a box, also at the edges", () => {
    expect(ink(changedBy({ box: 5, row: 5, column: 7 }))).toBe(0);
    expect(ink(changedBy({ box: 2, row: 3, column: 7 }))).toBe(13);
    expect(boxStart({ ...unadjusted, box: 4, row: 200, column: 0 }, { rows: SIDE, columns: SIDE })).toEqual({
      row: 12,
      column: -2,
    });
    expect(ink(hiddenAt(image, -2, -2, 30))).toBe(0);
  });

  it("keeps the channels of a colour image apart", () => {
    const data = Uint8Array.from({ length: 3 * SIDE * SIDE }, (_, i) => (i % 3 === 1 ? 200 : 10));
    const colour = { shape: [SIDE, SIDE, 3], data, scale: 1 / 255 };
    expect(adjusted(colour, { ...unadjusted, rotate: 30, thicken: 1, box: 6 }).data).toEqual(data);
  });
});
