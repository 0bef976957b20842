import fc from "fast-check";
import { expect, it } from "vitest";
import {
  LONGEST,
  type Point,
  type Stroke,
  simplified,
  strokesText,
  textStrokes,
  three,
  withStroke,
} from "./strokes.ts";

const point = fc.record({
  x: fc.integer({ min: -32, max: 288 }),
  y: fc.integer({ min: -32, max: 288 }),
  width: fc.integer({ min: 1, max: 64 }),
});
const stroke = fc.record({ erases: fc.boolean(), points: fc.array(point, { minLength: 1, maxLength: 40 }) });

it("strokes are read again as they were written, in letters that an address takes", () => {
  fc.assert(
    fc.property(fc.array(stroke, { minLength: 1 }), (strokes) => {
      const text = strokesText(strokes);
      expect(text).toMatch(/^[\w-]+$/);
      expect(textStrokes(text)).toEqual(strokes);
    }),
    { numRuns: 50 },
  );
  expect(textStrokes("")).toEqual([]);
});

it("a text that is cut or is none is refused", () => {
  const text = strokesText(three);
  for (const wrong of [
    text.slice(0, -2),
    "AAAB",
    "%%%",
    "____",
    strokesText([{ erases: false, points: [{ x: 999, y: 0, width: 3 }] }]),
  ])
    expect(() => textStrokes(wrong)).toThrow("expected strokes");
});

/** A spiral as a fast pen gives it. */
const spiral: Point[] = Array.from({ length: 2000 }, (_, i) => ({
  x: 128 + (i / 20) * Math.cos(i / 40),
  y: 128 + (i / 20) * Math.sin(i / 40),
  width: 20.4,
}));

it("few points are left of a line, and no point of the line is far from them", () => {
  const few = simplified(spiral, 0.5);
  expect(few.length).toBeLessThan(250);
  expect(few[0]).toEqual({ x: 128, y: 128, width: 20 });
  for (const { x, y } of spiral) {
    const nearest = Math.min(
      ...few.slice(1).map((to, i) => {
        const from = few[i]!;
        const length = (to.x - from.x) ** 2 + (to.y - from.y) ** 2;
        const part = Math.min(
          1,
          Math.max(0, ((x - from.x) * (to.x - from.x) + (y - from.y) * (to.y - from.y)) / length),
        );
        return Math.hypot(x - from.x - part * (to.x - from.x), y - from.y - part * (to.y - from.y));
      }),
    );
    expect(nearest).toBeLessThan(1.3);
  }
  expect(simplified([{ x: 3.2, y: 4.7, width: 22 }], 0.5)).toEqual([{ x: 3, y: 5, width: 22 }]);
});

it("a pen's changes of width are kept", () => {
  const pressed = [10, 30, 10].map((width, i) => ({ x: 10 * i, y: 0, width }));
  expect(simplified(pressed, 0.5)).toEqual(pressed);
});

it("long drawings become coarser until they fit in a link; too many strokes do not fit", () => {
  let drawn: Stroke[] = [];
  for (let i = 0; i < 8; i++) {
    const points = spiral.slice(0, 1000).map(({ x, y, width }) => ({ x: x + i, y, width }));
    drawn = withStroke(drawn, { erases: i === 7, points })!;
    expect(strokesText(drawn).length).toBeLessThanOrEqual(LONGEST);
  }
  expect(drawn.map(({ erases }) => erases)).toEqual([...Array(7).fill(false), true]);
  expect(Math.min(...drawn.map(({ points }) => points.length))).toBeGreaterThan(20);
  let dots: Stroke[] | undefined = [];
  let count = 0;
  for (; dots && count < 1000; count++)
    dots = withStroke(dots, { erases: false, points: [{ x: count % 256, y: 9, width: 9 }] });
  expect(dots).toBeUndefined();
  expect(count).toBeGreaterThan(150);
});

it("strokes that fit stay as they are when others come", () => {
  const first = withStroke([], { erases: false, points: spiral })!;
  expect(withStroke(first, { erases: false, points: spiral.slice(0, 50) })![0]).toBe(first[0]);
});
