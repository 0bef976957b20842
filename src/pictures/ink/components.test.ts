import fc from "fast-check";
import { expect, test } from "vitest";
import { boxOf, componentsOf } from "./components.ts";

test("pixels that touch at a corner are of one component, and each has its measures", () => {
  const { marks, list } = componentsOf(3, 4, [...[1, 0, 0, 2], ...[0, 1, 0, 0], ...[0, 0, 0, 3]]);
  expect([...marks]).toEqual([...[1, 0, 0, 2], ...[0, 1, 0, 0], ...[0, 0, 0, 3]]);
  expect(list).toEqual([
    { mark: 1, pixels: 2, mass: 2, peak: 1, top: 0, bottom: 2, left: 0, right: 2 },
    { mark: 2, pixels: 1, mass: 2, peak: 2, top: 0, bottom: 1, left: 3, right: 4 },
    { mark: 3, pixels: 1, mass: 3, peak: 3, top: 2, bottom: 3, left: 3, right: 4 },
  ]);
  expect(boxOf(list.slice(0, 2))).toEqual({ top: 0, bottom: 2, left: 0, right: 4 });
});

test("any picture: pixels that touch have one mark, and each component its pixels", () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.array(fc.constantFrom(0, 0, 1, 2), { minLength: 9, maxLength: 81 }),
      (columns, values) => {
        const rows = Math.floor(values.length / columns);
        const data = values.slice(0, rows * columns);
        const { marks, list } = componentsOf(rows, columns, data);
        data.forEach((value, at) => {
          expect(marks[at] > 0).toBe(value > 0);
          data.forEach((_, other) => {
            const isNear =
              Math.abs(Math.floor(at / columns) - Math.floor(other / columns)) <= 1 &&
              Math.abs((at % columns) - (other % columns)) <= 1;
            if (isNear && marks[at] > 0 && marks[other] > 0) expect(marks[other]).toBe(marks[at]);
          });
        });
        for (const { mark, pixels, mass, peak, top, bottom, left, right } of list) {
          const own = [...data.keys()].filter((at) => marks[at] === mark);
          const [ys, xs] = [own.map((at) => Math.floor(at / columns)), own.map((at) => at % columns)];
          expect(pixels).toBe(own.length);
          expect(mass).toBe(own.reduce((sum, at) => sum + data[at], 0));
          expect(peak).toBe(Math.max(...own.map((at) => data[at])));
          expect([top, bottom]).toEqual([Math.min(...ys), Math.max(...ys) + 1]);
          expect([left, right]).toEqual([Math.min(...xs), Math.max(...xs) + 1]);
        }
      },
    ),
  ));
