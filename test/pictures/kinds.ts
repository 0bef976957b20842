import type { Random } from "../../src/core/random.ts";
import type { Picture } from "../../src/pictures/picture.ts";
import { nonDigits } from "./non-digits.ts";
import { cell, frame, linesAbove, onLine, ruled, squared, underline } from "./paper.ts";
import { type Colour, equalGreys, grey, luma, type Place, Sheet } from "./sheet.ts";
import { penSubject, type Subject, strokeInk } from "./subject.ts";

/** A picture and what a person reads in it: digits, or nothing. */
export interface Sample {
  readonly picture: Picture;
  readonly answer: string;
}

/** Makes a picture; `next` gives another digit. */
export type Make = (next: () => Subject, random: Random) => Sample;

const one = (subject: Subject, picture: Picture): Sample => ({ picture, answer: String(subject.digit) });

const BLACK: Colour = [0, 0, 0];
const WHITE: Colour = [255, 255, 255];

/** A number between two, with equal chances for equal factors. */
export const between = (random: Random, low: number, high: number): number => low * (high / low) ** random.uniform();

/** Dark ink on light paper, both of some colour. */
export function inkAndPaper(random: Random): [ink: Colour, paper: Colour] {
  for (;;) {
    const paper: Colour =
      random.uniform() < 0.5 ? WHITE : [random.uniform(170, 255), random.uniform(170, 255), random.uniform(150, 255)];
    const ink: Colour =
      random.uniform() < 0.4 ? BLACK : [random.uniform(0, 200), random.uniform(0, 150), random.uniform(0, 200)];
    if (luma(paper) - luma(ink) > 90) return [ink, paper];
  }
}

/** A digit of a random size on a sheet with random margins. */
export function placed(subject: Subject, random: Random, low = 24, high = 150, margin = 0.25): Place {
  const ink = subject.drawn(Math.round(between(random, low, high)), random.uniform() < 0.25);
  const size = Math.max(ink.rows, ink.columns);
  const [a, b, c, d] = [0, 1, 2, 3].map(() => Math.round(size * random.uniform(margin, margin + 0.5)));
  const wide = Math.round((size - ink.columns) / 2);
  return { ink, top: a, left: b + wide, width: size + b + c, height: ink.rows + a + d };
}

/** A digit in one colour on a sheet of another. */
function plain(colours: (random: Random) => [Colour, Colour | undefined], low?: number, high?: number): Make {
  return (next, random) => {
    const subject = next();
    const { ink, width, height, top, left } = placed(subject, random, low, high);
    const [colour, ground] = colours(random);
    return one(subject, new Sheet(width, height, ground).lay(ink, top, left, colour).picture());
  };
}

/** White on black at a scale, the box moved at random by at most `far` pixels from the middle. */
function small(side: number, scale: (random: Random) => number, far: number, near = 0, dark = false): Make {
  return (next, random) => {
    const subject = next();
    const ink = subject.drawn(Math.round(20 * scale(random)));
    const move = (length: number) => {
      const room = Math.floor((side - length) / 2);
      return (
        room +
        Math.max(
          -room,
          Math.min(side - length - room, (random.integer(2) * 2 - 1) * (near + random.integer(far - near + 1))),
        )
      );
    };
    const sheet = new Sheet(side, side, dark ? WHITE : BLACK);
    return one(subject, sheet.lay(ink, move(ink.rows), move(ink.columns), dark ? BLACK : WHITE).picture());
  };
}

/** On paper of some kind, dark on light, or light on dark as often as `inverted` says. */
function onPaper(
  draw: (sheet: Sheet, place: Place, ink: Colour, random: Random) => void,
  margin = 0.25,
  inverted = 0.15,
): Make {
  return (next, random) => {
    const subject = next();
    const place = placed(subject, random, 36, 150, margin);
    const pair = inkAndPaper(random);
    const [colour, paper] = random.uniform() < inverted ? [pair[1], pair[0]] : pair;
    const sheet = new Sheet(place.width, place.height, paper);
    draw(sheet, place, colour, random);
    return one(subject, sheet.lay(place.ink, place.top, place.left, colour).picture());
  };
}

/** Light from a side, dark corners or the edge of a shadow. */
function light(random: Random): (x: number, y: number) => number {
  const [across, down] = [random.uniform(-0.35, 0.35), random.uniform(-0.35, 0.35)];
  const [where, angle, depth, soft] = [
    random.uniform(0.2, 0.8),
    random.uniform(0, Math.PI),
    random.uniform(0, 0.45),
    random.uniform(10, 60),
  ];
  return (x, y) => {
    const far = (x - where) * Math.cos(angle) + (y - where) * Math.sin(angle);
    return (1 + across * (x - 0.5) + down * (y - 0.5)) * (1 - depth / (1 + Math.exp(soft * far)));
  };
}

function photo(draw?: (sheet: Sheet, place: Place, ink: Colour, random: Random) => void): Make {
  return (next, random) => {
    const subject = next();
    const place = placed(subject, random, 60, 220, 0.3);
    const [colour, paper] = [
      grey(random.uniform(25, 80)),
      [random.uniform(170, 215), random.uniform(170, 215), random.uniform(160, 210)] as const,
    ];
    const sheet = new Sheet(place.width, place.height, paper);
    draw?.(sheet, place, colour, random);
    sheet.lay(place.ink, place.top, place.left, colour).lit(light(random), random.uniform(1, 7), random);
    return one(subject, sheet.picture());
  };
}

function faint(dark: boolean): Make {
  return plain((random) => {
    const contrast = 255 * between(random, 0.04, 0.2);
    const ground = dark ? random.uniform(0, 60) : 255 - random.uniform(0, 60);
    return [grey(Math.round(dark ? ground + contrast : ground - contrast)), grey(Math.round(ground))];
  });
}

/** Two to five digits side by side that stand apart. */
const several: Make = (next, random) => {
  const size = between(random, 24, 110);
  const subjects = Array.from({ length: 2 + random.integer(4) }, next);
  const inks = subjects.map((subject) => subject.drawn(Math.round(size * random.uniform(0.85, 1.15))));
  const gaps = inks.map(() => Math.round(size * random.uniform(0.2, 0.7)));
  const margin = Math.round(size * random.uniform(0.2, 0.6));
  const width = inks.reduce((sum, ink, i) => sum + ink.columns + gaps[i], 2 * margin);
  const height = Math.round(Math.max(...inks.map((ink) => ink.rows)) + 2 * margin);
  const [colour, paper] = inkAndPaper(random);
  const sheet = new Sheet(width, height, paper);
  let left = margin;
  inks.forEach((ink, i) => {
    const top = Math.round((height - ink.rows) / 2 + random.uniform(-0.1, 0.1) * size);
    sheet.lay(ink, top, left, colour);
    left += ink.columns + gaps[i];
  });
  return { picture: sheet.picture(), answer: subjects.map(({ digit }) => digit).join("") };
};

/** A 1 whose upstroke is up to three quarters as high as the 1 itself. */
const upstroke: Make = (_, random) => {
  const size = between(random, 40, 160);
  const top: [number, number] = [random.uniform(0.45, 0.6), 0];
  const foot: [number, number] = [top[0] + random.uniform(-0.1, 0.06), 1];
  const [long, steep] = [random.uniform(0.3, 0.75), random.uniform(0.4, 0.8)];
  const strokes = [[[top[0] - steep * long, long] as const, top, foot]];
  const ink = strokeInk(strokes, size, size * random.uniform(0.03, 0.13));
  const margin = Math.round(size * random.uniform(0.2, 0.6));
  const [colour, paper] = inkAndPaper(random);
  const sheet = new Sheet(ink.columns + 2 * margin, ink.rows + 2 * margin, paper);
  return { picture: sheet.lay(ink, margin, margin, colour).picture(), answer: "1" };
};

/** A pen that is thin beside the digit. */
const thin: Make = (_, random) => {
  const subject = penSubject(random.integer(10), random, random.uniform(0.012, 0.04));
  const { ink, width, height, top, left } = placed(subject, random, 60, 220);
  const [colour, paper] = inkAndPaper(random);
  return one(subject, new Sheet(width, height, paper).lay(ink, top, left, colour).picture());
};

/** The kinds of pictures that people have, by name. */
export const kinds: Readonly<Record<string, Make>> = {
  "as MNIST, 28x28": small(28, () => 1, 0),
  "28x28, moved 1-5 px": small(28, () => 1, 5, 1),
  "32x32, moved 1-5 px": small(32, () => 1, 5, 1),
  "28x28, half to full size": small(28, (random) => random.uniform(0.5, 1), 4),
  "28x28, dark on light": small(28, () => 1, 3, 0, true),
  "dark on light": plain(inkAndPaper),
  "light on dark": plain((random) => inkAndPaper(random).reverse() as [Colour, Colour]),
  "12 to 24 px": plain(inkAndPaper, 12, 24),
  "150 to 400 px": plain(inkAndPaper, 150, 400),
  "frame on the border": onPaper(frame({ inset: [0, 0] })),
  "frame 1-6 px in": onPaper(frame({ inset: [1, 6] })),
  "frame, rounded": onPaper(frame({ inset: [0, 6], rounded: true })),
  "frame, broken": onPaper(frame({ inset: [0, 6], broken: true })),
  "cell of a table": onPaper(cell),
  underlined: onPaper(underline),
  "lines above and below": onPaper(linesAbove),
  "ruled paper": onPaper(ruled),
  "standing on a line": onPaper(onLine),
  "squared paper": onPaper(squared),
  "light on transparent": plain((random) => [inkAndPaper(random)[1], undefined]),
  "dark on transparent": plain((random) => [inkAndPaper(random)[0], undefined]),
  "faint on light": faint(false),
  "faint on dark": faint(true),
  "equal grey": plain(equalGreys),
  photo: photo(),
  "photo of ruled paper": photo(ruled),
  "photo of squared paper": photo(squared),
  "several digits": several,
  "1 with a long upstroke": upstroke,
  "thin pen": thin,
  ...nonDigits,
};
