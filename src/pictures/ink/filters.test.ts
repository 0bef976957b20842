import fc from "fast-check";
import { expect, test } from "vitest";
import type { Grey } from "../grey.ts";
import { closed, distanceTo, enlarged, opened, softened } from "./filters.ts";

const picture = (...lines: string[]): Grey => ({
  rows: lines.length,
  columns: lines[0].length,
  data: Float32Array.from(lines.join(""), Number),
});

const pictures = fc
  .record({ rows: fc.integer({ min: 1, max: 9 }), columns: fc.integer({ min: 1, max: 9 }) })
  .chain(({ rows, columns }) =>
    fc
      .uint8Array({ minLength: rows * columns, maxLength: rows * columns, max: 3 })
      .map((bytes) => ({ rows, columns, data: Float32Array.from(bytes) })),
  );

/** The extreme over each pixel's square, by the definition. */
function extreme({ rows, columns, data }: Grey, radius: number, pick: (...values: number[]) => number): Grey {
  const around = (at: number) =>
    [...data.keys()].filter(
      (other) =>
        Math.abs(Math.floor(other / columns) - Math.floor(at / columns)) <= radius &&
        Math.abs((other % columns) - (at % columns)) <= radius,
    );
  return { rows, columns, data: data.map((_, at) => pick(...around(at).map((other) => data[other]))) };
}

test("closing and opening match their definitions", () =>
  fc.assert(
    fc.property(pictures, fc.integer({ min: 0, max: 12 }), (grey, radius) => {
      expect(closed(grey, radius)).toEqual(extreme(extreme(grey, radius, Math.max), radius, Math.min).data);
      expect(opened(grey, radius)).toEqual(extreme(extreme(grey, radius, Math.min), radius, Math.max).data);
    }),
  ));

test("distances are exact", () =>
  fc.assert(
    fc.property(pictures, ({ rows, columns, data }) => {
      const marked = [...data.keys()].filter((at) => data[at] === 0);
      const distance = (a: number, b: number) =>
        Math.hypot(Math.floor(a / columns) - Math.floor(b / columns), (a % columns) - (b % columns));
      const got = distanceTo(
        Uint8Array.from(data, (value) => (value === 0 ? 1 : 0)),
        rows,
        columns,
      );
      got.forEach((value, at) => {
        const expected = Math.min(...marked.map((other) => distance(at, other)));
        if (expected === Number.POSITIVE_INFINITY) expect(value).toBe(expected);
        else expect(value).toBeCloseTo(expected, 5);
      });
    }),
  ));

test("softening keeps the sum away from borders, and even pictures", () => {
  expect([...softened(picture("00000", "00000", "00800", "00000", "00000")).data.subarray(5, 10)]).toEqual([
    ...[0, 0.5, 1, 0.5, 0],
  ]);
  expect([...softened(picture("33", "33")).data]).toEqual([3, 3, 3, 3]);
});

test("enlarging is linear between centres", () => {
  expect([...enlarged(picture("04"), 2).data]).toEqual([0, 1, 3, 4, 0, 1, 3, 4]);
});

test("softening and enlarging match their definitions, at borders too", () =>
  fc.assert(
    fc.property(pictures, fc.integer({ min: 1, max: 4 }), (grey, factor) => {
      const { rows, columns, data } = grey;
      const clamped = (row: number, column: number) =>
        data[Math.min(Math.max(row, 0), rows - 1) * columns + Math.min(Math.max(column, 0), columns - 1)];
      const soft = data.map((_, at) => {
        const [row, column] = [Math.floor(at / columns), at % columns];
        const weights = [1, 2, 1].flatMap((a, i) =>
          [1, 2, 1].map((b, j) => a * b * clamped(row + i - 1, column + j - 1)),
        );
        return weights.reduce((sum, weight) => sum + weight, 0) / 16;
      });
      expect(softened(grey)).toEqual({ rows, columns, data: soft });
      const large = enlarged(grey, factor);
      expect([large.rows, large.columns]).toEqual([factor * rows, factor * columns]);
      large.data.forEach((value, at) => {
        // The place among the old pixels' centres
        const y = (Math.floor(at / large.columns) + 0.5) / factor - 0.5;
        const x = ((at % large.columns) + 0.5) / factor - 0.5;
        const [top, left] = [Math.floor(y), Math.floor(x)];
        const line = (row: number) => (left + 1 - x) * clamped(row, left) + (x - left) * clamped(row, left + 1);
        expect(value).toBeCloseTo((top + 1 - y) * line(top) + (y - top) * line(top + 1), 5);
      });
    }),
  ));
