import type { Random } from "../../src/core/random.ts";
import type { Picture } from "../../src/pictures/picture.ts";
import { between, inkAndPaper } from "./kinds.ts";
import { frame } from "./paper.ts";
import { type Colour, equalGreys, Sheet } from "./sheet.ts";
import type { Subject } from "./subject.ts";

const [BLACK, WHITE]: Colour[] = [
  [0, 0, 0],
  [255, 255, 255],
];

/** A digit of a size in a square field, in the middle or moved. */
function drawn(subject: Subject, size: number, [ink, ground]: readonly Colour[], move?: Random): Sheet {
  const digit = subject.drawn(size);
  const side = Math.round(1.6 * size);
  const at = (length: number) => Math.round((side - length) * (move ? move.uniform() : 0.5));
  return new Sheet(side, side, ground).lay(digit, at(digit.rows), at(digit.columns), ink);
}

/** Changes of a picture of a digit that leave it the same digit to anybody, by name. */
export const changes: Readonly<Record<string, (subject: Subject, random: Random) => Picture>> = {
  shifted: (subject, random) => drawn(subject, 60, [WHITE, BLACK], random).picture(),
  "shifted in 28x28": (subject, random) => {
    const digit = subject.drawn(20);
    const at = (length: number) => random.integer(28 - length + 1);
    return new Sheet(28, 28, BLACK).lay(digit, at(digit.rows), at(digit.columns), WHITE).picture();
  },
  "scaled between 12 and 200 px": (subject, random) =>
    drawn(subject, Math.round(between(random, 12, 200)), [WHITE, BLACK]).picture(),
  inverted: (subject) => drawn(subject, 60, [BLACK, WHITE]).picture(),
  recoloured: (subject, random) =>
    drawn(subject, 60, random.uniform() < 0.5 ? inkAndPaper(random) : equalGreys(random)).picture(),
  framed: (subject, random) => {
    const sheet = drawn(subject, 60, [BLACK, WHITE]);
    const place = { ink: subject.drawn(60), width: sheet.width, height: sheet.height, top: 18, left: 18 };
    frame({ inset: [0, 6], rounded: random.uniform() < 0.3, broken: random.uniform() < 0.3 })(
      sheet,
      place,
      BLACK,
      random,
    );
    return sheet.picture();
  },
};

/** The digit as MNIST has it, which the changes are compared with. */
export function unchanged(subject: Subject): Picture {
  const digit = subject.drawn(20);
  const at = (length: number) => Math.floor((28 - length) / 2);
  return new Sheet(28, 28, BLACK).lay(digit, at(digit.rows), at(digit.columns), WHITE).picture();
}
