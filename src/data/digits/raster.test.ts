import { expect, test } from "vitest";
import type { Ink } from "../../pictures/mnist-frame.ts";
import { ink } from "./raster.ts";

function sheet(): Ink {
  return { rows: 12, columns: 16, data: new Float32Array(12 * 16).fill(0.5) };
}

test("a line has the width of the pen, round ends and a clean surrounding", () => {
  const { data } = ink(
    [
      [
        { x: 4, y: 6, radius: 2 },
        { x: 12, y: 6, radius: 2 },
      ],
    ],
    sheet(),
  );
  const column = Array.from({ length: 12 }, (_, row) => data[row * 16 + 8]);
  expect(column).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0]);
  // A capsule: 8 x 4 and a disc of radius 2
  const area = data.reduce((sum, value) => sum + value, 0);
  expect(Math.abs(area - (32 + Math.PI * 4))).toBeLessThan(0.5);
});

test("a line grows from a thin end to a thick one", () => {
  const { data } = ink(
    [
      [
        { x: 2, y: 6, radius: 0.5 },
        { x: 14, y: 6, radius: 3 },
      ],
    ],
    sheet(),
  );
  const width = (x: number): number =>
    Array.from({ length: 12 }, (_, row) => data[row * 16 + x]).reduce((a, b) => a + b);
  expect(width(3)).toBeLessThan(2);
  expect(width(13)).toBeGreaterThan(5);
});

test("strokes beyond the sheet are cut, and a dot is a disc", () => {
  const dot = { x: 0, y: 0, radius: 4 };
  const { data } = ink([[dot, dot]], sheet());
  const area = data.reduce((sum, value) => sum + value, 0);
  expect(Math.abs(area - (Math.PI * 16) / 4)).toBeLessThan(0.5);
});
