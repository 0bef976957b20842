import type { Random } from "../../src/core/random.ts";
import type { Make } from "./kinds.ts";
import { type Colour, Sheet } from "./sheet.ts";
import { strokeInk } from "./subject.ts";

type Points = (readonly [number, number])[];

/** Capitals that no digit looks like, as strokes in a box of 1 x 1. */
const LETTERS: Record<string, Points[]> = {
  A: [
    [
      [0, 1],
      [0.5, 0],
      [1, 1],
    ],
    [
      [0.2, 0.6],
      [0.8, 0.6],
    ],
  ],
  E: [
    [
      [0.9, 0],
      [0.1, 0],
      [0.1, 1],
      [0.9, 1],
    ],
    [
      [0.1, 0.5],
      [0.7, 0.5],
    ],
  ],
  F: [
    [
      [0.9, 0],
      [0.1, 0],
      [0.1, 1],
    ],
    [
      [0.1, 0.5],
      [0.7, 0.5],
    ],
  ],
  H: [
    [
      [0, 0],
      [0, 1],
    ],
    [
      [1, 0],
      [1, 1],
    ],
    [
      [0, 0.5],
      [1, 0.5],
    ],
  ],
  K: [
    [
      [0, 0],
      [0, 1],
    ],
    [
      [0.9, 0],
      [0, 0.5],
      [0.9, 1],
    ],
  ],
  M: [
    [
      [0, 1],
      [0, 0],
      [0.5, 0.6],
      [1, 0],
      [1, 1],
    ],
  ],
  N: [
    [
      [0, 1],
      [0, 0],
      [1, 1],
      [1, 0],
    ],
  ],
  R: [
    [
      [0, 1],
      [0, 0],
      [0.7, 0],
      [0.9, 0.25],
      [0.7, 0.5],
      [0, 0.5],
      [0.9, 1],
    ],
  ],
  W: [
    [
      [0, 0],
      [0.25, 1],
      [0.5, 0.3],
      [0.75, 1],
      [1, 0],
    ],
  ],
  X: [
    [
      [0, 0],
      [1, 1],
    ],
    [
      [1, 0],
      [0, 1],
    ],
  ],
};

const dark = (random: Random): Colour => [random.uniform(0, 120), random.uniform(0, 120), random.uniform(0, 120)];

/** A sheet of 60 to 220 pixels. */
function paper(random: Random): Sheet {
  const [width, height] = [60 + random.integer(160), 60 + random.integer(160)];
  return new Sheet(width, height, [255, 255, 255]);
}

const none = (sheet: Sheet) => ({ picture: sheet.picture(), answer: "" });

const letter: Make = (_, random) => {
  const names = Object.keys(LETTERS);
  const sheet = paper(random);
  const size = Math.min(sheet.width, sheet.height) * random.uniform(0.5, 0.8);
  const shake = () => random.uniform(-0.06, 0.06);
  const strokes = LETTERS[names[random.integer(names.length)]!]!.map((stroke) =>
    stroke.map(([x, y]) => [x + shake(), y + shake()] as const),
  );
  const ink = strokeInk(strokes, size, size * random.uniform(0.04, 0.14));
  const at = (room: number) => Math.max(0, Math.round(room * random.uniform(0.3, 0.7)));
  return none(sheet.lay(ink, at(sheet.height - ink.rows), at(sheet.width - ink.columns), dark(random)));
};

/** Bars over an axis. */
const chart: Make = (_, random) => {
  const sheet = paper(random);
  const bars = 3 + random.integer(6);
  const colour = dark(random);
  const bottom = Math.round(sheet.height * 0.9);
  for (let i = 0; i < bars; i++) {
    const height = Math.round(sheet.height * random.uniform(0.1, 0.75));
    const left = Math.round((sheet.width * (i + 0.6)) / (bars + 0.5));
    sheet.fill(bottom - height, left, height, Math.max(2, Math.round((sheet.width / bars) * 0.6)), colour);
  }
  if (random.uniform() < 0.7) {
    sheet.fill(bottom, Math.round(sheet.width * 0.05), 2, Math.round(sheet.width * 0.9), [0, 0, 0]);
    sheet.fill(
      Math.round(sheet.height * 0.05),
      Math.round(sheet.width * 0.05),
      bottom - Math.round(sheet.height * 0.05),
      2,
      [0, 0, 0],
    );
  }
  return none(sheet);
};

/** Filled shapes in several colours. */
const logo: Make = (_, random) => {
  const sheet = paper(random);
  for (let i = 0; i < 2 + random.integer(4); i++) {
    const [width, height] = [random.uniform(0.2, 0.6) * sheet.width, random.uniform(0.2, 0.6) * sheet.height].map(
      Math.round,
    );
    const [left, top] = [random.uniform() * (sheet.width - width!), random.uniform() * (sheet.height - height!)].map(
      Math.round,
    );
    const colour: Colour = [random.uniform(0, 220), random.uniform(0, 220), random.uniform(0, 220)];
    const round = random.uniform() < 0.5 ? Math.min(width!, height!) / 2 : random.uniform(0, 8);
    sheet.frame(top!, left!, height!, width!, random.uniform() < 0.5 ? 999 : random.uniform(3, 12), colour, {
      radius: round,
    });
  }
  return none(sheet);
};

const scribble: Make = (_, random) => {
  const sheet = paper(random);
  const size = Math.min(sheet.width, sheet.height) * 0.85;
  const points: Points = Array.from(
    { length: 12 + random.integer(30) },
    () => [random.uniform(), random.uniform()] as const,
  );
  const ink = strokeInk([points], size, size * random.uniform(0.015, 0.05));
  return none(sheet.lay(ink, 2, 2, dark(random)));
};

/** Nothing, or a camera's view of a wall. */
const blank: Make = (_, random) => {
  const ground: Colour = [random.uniform(0, 255), random.uniform(0, 255), random.uniform(0, 255)];
  const sheet = new Sheet(40 + random.integer(200), 40 + random.integer(200), ground);
  const slope = random.uniform(-0.3, 0.3);
  return none(random.uniform() < 0.3 ? sheet : sheet.lit((x) => 1 + slope * x, random.uniform(0, 8), random));
};

/** Pictures without a digit, by name. */
export const nonDigits: Readonly<Record<string, Make>> = {
  "no digit: letters": letter,
  "no digit: charts": chart,
  "no digit: logos": logo,
  "no digit: scribbles": scribble,
  "no digit: blank": blank,
};
