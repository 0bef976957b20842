import type { Random } from "../../src/core/random.ts";
import type { Colour, Place, Sheet } from "./sheet.ts";

type Draw = (sheet: Sheet, place: Place, ink: Colour, random: Random) => void;

/** A whole number from low to high, both included. */
const whole = (random: Random, low: number, high: number): number => low + random.integer(high - low + 1);

/** The thickness of a line on a sheet. */
const thickness = (sheet: Sheet, random: Random): number =>
  Math.max(1, Math.round(Math.min(sheet.width, sheet.height) * random.uniform(0.004, 0.025)));

/** The ink's colour, or another dark one. */
const pencil = (ink: Colour, random: Random): Colour => (random.uniform() < 0.6 ? ink : [ink[2], ink[0], ink[1]]);

/** A frame around the digit, some pixels in from the border. */
export function frame({
  inset,
  rounded = false,
  broken = false,
}: {
  inset: [number, number];
  rounded?: boolean;
  broken?: boolean;
}): Draw {
  return (sheet, _, ink, random) => {
    const at = whole(random, ...inset);
    const [height, width] = [sheet.height - 2 * at, sheet.width - 2 * at];
    const thick = Math.min(thickness(sheet, random) + whole(random, 0, 1), 8);
    const radius = rounded ? Math.min(height, width) * random.uniform(0.05, 0.2) : 0;
    const [where, open] = [random.uniform(), random.uniform(0.04, 0.12)];
    const gap = (row: number, column: number) =>
      broken && Math.abs(((row / height + column / width) % 1) - where) < open;
    sheet.frame(at, at, height, width, thick, pencil(ink, random), { radius, gap });
  };
}

/** The cell of a table or form: its borders run on to the neighbours. */
export const cell: Draw = (sheet, { ink, top, left }, colour, random) => {
  const thick = thickness(sheet, random);
  const pen = pencil(colour, random);
  const part = () => random.uniform(0.15, 0.85);
  const right = left + ink.columns;
  const bottom = top + ink.rows;
  sheet.fill(Math.round(top * part()) - thick, 0, thick, sheet.width, pen);
  sheet.fill(Math.round(bottom + (sheet.height - bottom) * part()), 0, thick, sheet.width, pen);
  sheet.fill(0, Math.round(left * part()) - thick, sheet.height, thick, pen);
  sheet.fill(0, Math.round(right + (sheet.width - right) * part()), sheet.height, thick, pen);
};

/** A line under the digit, as wide as the digit or up to the whole sheet. */
export const underline: Draw = (sheet, { ink, top, left }, colour, random) => {
  const thick = thickness(sheet, random);
  const over = Math.round(ink.columns * random.uniform(0.1, 0.6)) + 4;
  const [from, to] = random.uniform() < 0.4 ? [0, sheet.width] : [left - over, left + ink.columns + over];
  const bottom = top + ink.rows;
  const at = Math.round(bottom + 2 + (sheet.height - bottom - thick - 3) * random.uniform(0, 0.8));
  sheet.fill(at, from, thick, to - from, pencil(colour, random));
};

export const linesAbove: Draw = (sheet, place, colour, random) => {
  underline(sheet, place, colour, random);
  const thick = thickness(sheet, random);
  sheet.fill(
    Math.max(0, Math.round(place.top * random.uniform(0.1, 0.9)) - thick - 1),
    0,
    thick,
    sheet.width,
    pencil(colour, random),
  );
};

/** Grey, blue or red lines, lighter than ink. */
function printed(random: Random): Colour {
  const pale = random.uniform(120, 200);
  const kind = random.integer(3);
  return kind === 0
    ? [pale, pale, pale]
    : kind === 1
      ? [pale * 0.6, pale * 0.8, Math.min(255, pale * 1.3)]
      : [Math.min(255, pale * 1.3), pale * 0.6, pale * 0.6];
}

export const ruled: Draw = (sheet, { ink }, _, random) => {
  const pitch = Math.max(6, Math.round(Math.max(ink.rows, ink.columns) * random.uniform(0.25, 1.1)));
  const thick = Math.max(1, Math.round(pitch * random.uniform(0.02, 0.05)));
  const colour = printed(random);
  for (let at = whole(random, 0, pitch - 1); at < sheet.height; at += pitch)
    sheet.fill(at, 0, thick, sheet.width, colour);
  if (random.uniform() < 0.2) sheet.fill(0, Math.round(sheet.width * 0.08), sheet.height, thick, [230, 100, 100]);
};

export const squared: Draw = (sheet, { ink }, _, random) => {
  const pitch = Math.max(6, Math.round(Math.max(ink.rows, ink.columns) * random.uniform(0.12, 0.7)));
  const thick = Math.max(1, Math.round(pitch * random.uniform(0.02, 0.08)));
  const colour = printed(random);
  for (let at = whole(random, 0, pitch - 1); at < sheet.height; at += pitch)
    sheet.fill(at, 0, thick, sheet.width, colour);
  for (let at = whole(random, 0, pitch - 1); at < sheet.width; at += pitch)
    sheet.fill(0, at, sheet.height, thick, colour);
};

/** One line of the pen's own darkness through or under the lower part of the digit. */
export const onLine: Draw = (sheet, { ink, top }, colour, random) => {
  const at = Math.round(top + ink.rows * random.uniform(0.9, 1.02));
  sheet.fill(at, 0, thickness(sheet, random), sheet.width, random.uniform() < 0.5 ? colour : printed(random));
};
