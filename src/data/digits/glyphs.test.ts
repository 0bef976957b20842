import { expect, test } from "vitest";
import { STYLES } from "./glyphs.ts";

test.each(STYLES.map((styles, digit) => ({ digit, styles })))("$digit has several styles", ({ digit, styles }) => {
  expect(styles.length).toBeGreaterThanOrEqual(4);
  for (const style of styles) expect(style).toMatchObject({ digit, weight: expect.any(Number) });
});

test.each(STYLES.flat())("$digit, $name: the drawings have the same strokes and points", ({ weight, drawings }) => {
  expect(weight).toBeGreaterThan(0);
  expect(drawings.length).toBeGreaterThanOrEqual(1);
  const points = drawings.map((drawing) => drawing.map((stroke) => stroke.length));
  for (const count of points) expect(count).toEqual(points[0]);
  for (const { x, y } of drawings.flat(2)) {
    expect(x).toSatisfy((value: number) => value >= -10 && value <= 110);
    expect(y).toSatisfy((value: number) => value >= -10 && value <= 110);
  }
});
