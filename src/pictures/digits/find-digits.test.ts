import { describe, expect, test } from "vitest";
import { inkAndPaper } from "../../../test/pictures/kinds.ts";
import { Sheet } from "../../../test/pictures/sheet.ts";
import { penSubject, strokeInk } from "../../../test/pictures/subject.ts";
import { random } from "../../core/random.ts";
import { findDigits } from "./find-digits.ts";

/** Digits with a pen at places on white paper. */
function page(
  width: number,
  height: number,
  digits: readonly [digit: number, size: number, top: number, left: number][],
) {
  const sheet = new Sheet(width, height, [255, 255, 255]);
  const inks = digits.map(([digit, size, top, left], i) => {
    const ink = penSubject(digit, random(7, digit, i), 0.1).drawn(size);
    sheet.lay(ink, top, left, inkAndPaper(random(3, "ink"))[0]);
    return { left, top, width: ink.columns, height: ink.rows };
  });
  return { picture: sheet.picture(), inks };
}

const near = (a: object, b: object, far: number) => {
  for (const [name, value] of Object.entries(b)) expect(Math.abs((a as never)[name] - value)).toBeLessThanOrEqual(far);
};

describe("digits that stand apart", () => {
  test.each([1, 4])("in reading order with their boxes, %i times as large", (times) => {
    const places: [number, number, number, number][] = [
      [2, 60, 20, 20],
      [0, 50, 30, 100],
      [7, 60, 25, 170],
      [5, 55, 110, 30],
      [1, 60, 105, 120],
    ];
    const { picture, inks } = page(
      260 * times,
      190 * times,
      places.map(([digit, ...place]) => [digit, ...place.map((value) => value * times)] as never),
    );
    const found = findDigits(picture);
    expect(found).toHaveLength(5);
    found.forEach(({ box, doubts }, i) => {
      near(box, inks[i], 3 * times);
      expect(doubts).toEqual([]);
    });
  });

  test("the strokes of one digit stay together", () => {
    const sheet = new Sheet(300, 120, [255, 255, 255]);
    // A 5 whose flag does not touch, and a 4 of two strokes that do not meet.
    const five = strokeInk(
      [
        [
          [0.2, 0.12],
          [0.15, 0.45],
          [0.5, 0.4],
          [0.6, 0.7],
          [0.4, 1],
          [0.1, 0.95],
        ],
        [
          [0.3, 0],
          [0.7, 0],
        ],
      ],
      80,
      6,
    );
    const four = strokeInk(
      [
        [
          [0.25, 0],
          [0.1, 0.6],
          [0.45, 0.6],
        ],
        [
          [0.6, 0.1],
          [0.58, 1],
        ],
      ],
      80,
      6,
    );
    const found = findDigits(sheet.lay(five, 20, 20, [0, 0, 0]).lay(four, 20, 180, [0, 0, 0]).picture());
    expect(found.map(({ box }) => box.left < 150)).toEqual([true, false]);
    expect(found[0].box.height).toBeGreaterThan(78);
  });

  test("a dot between two digits is not a third one", () => {
    const sheet = new Sheet(200, 100, [255, 255, 255]).fill(74, 95, 6, 6, [0, 0, 0]);
    const ink = penSubject(3, random(1, "three"), 0.1).drawn(60);
    expect(findDigits(sheet.lay(ink, 20, 30, [0, 0, 0]).lay(ink, 20, 130, [0, 0, 0]).picture())).toHaveLength(2);
  });
});

test("nothing on blank paper", () => {
  expect(findDigits(new Sheet(50, 40, [90, 140, 90]).picture())).toEqual([]);
});

test.each([
  ["a bar", "wide", (sheet: Sheet) => sheet.fill(45, 18, 12, 60, [0, 0, 0])],
  ["a disc", "filled", (sheet: Sheet) => sheet.frame(20, 20, 60, 60, 99, [0, 0, 0], { radius: 30 })],
  [
    "a grating",
    "crossings",
    (sheet: Sheet) => {
      for (let k = 0; k < 7; k++) sheet.fill(20, 20 + 9 * k, 60, 4, [0, 0, 0]);
      return sheet.fill(80, 20, 4, 58, [0, 0, 0]);
    },
  ],
] as const)("%s is no digit", (_, doubt, draw) => {
  const found = findDigits(draw(new Sheet(100, 100, [255, 255, 255])).picture());
  expect(found.flatMap(({ doubts }) => doubts)).toContain(doubt);
});
