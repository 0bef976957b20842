import fc from "fast-check";
import { expect, test } from "vitest";
import { contrastOf } from "./contrast.ts";

type Colour = readonly [red: number, green: number, blue: number];

/** A cross of one colour on a ground of another, 9x9. */
function cross(ink: Colour, ground: Colour) {
  const plane = (k: 0 | 1 | 2) =>
    Float32Array.from({ length: 81 }, (_, at) => (at % 9 === 4 || Math.floor(at / 9) === 4 ? ink[k] : ground[k]));
  return { rows: 9, columns: 9, red: plane(0), green: plane(1), blue: plane(2), shrunkBy: 1 };
}

const luminanceOf = ([red, green, blue]: Colour) => 0.299 * red + 0.587 * green + 0.114 * blue;

test("is from 0 to 1, and high where colours are light", () => {
  const value = fc.integer({ min: 0, max: 255 }).map((byte) => byte / 255);
  const colour = fc.tuple(value, value, value);
  fc.assert(
    fc.property(colour, colour, (ink, ground) => {
      const { data } = contrastOf(cross(ink, ground));
      for (const each of data) {
        expect(each).toBeGreaterThan(-1e-6);
        expect(each).toBeLessThan(1 + 1e-6);
      }
      const lighter = luminanceOf(ink) - luminanceOf(ground);
      if (Math.abs(lighter) > 0.01) expect((data[4]! - data[0]!) * lighter).toBeGreaterThan(0);
    }),
  );
});

test("red on green of equal luminance stands out", () => {
  const { data } = contrastOf(cross([200 / 255, 20 / 255, 20 / 255], [20 / 255, 111.7 / 255, 20 / 255]));
  expect(Math.abs(data[4]! - data[0]!)).toBeGreaterThan(0.4);
});
