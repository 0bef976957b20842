/** Drawings that surprise: each is a button. */
import { PAD, type Stroke, three } from "../state/strokes.ts";

export interface Example {
  /** For people: "the letter A". */
  readonly name: string;
  readonly strokes: readonly Stroke[];
}

type Path = readonly (readonly [x: number, y: number])[];

/** Paths of 22 units' width, or another. */
function strokes(paths: readonly Path[], width = 22): Stroke[] {
  return paths.map((path) => ({ erases: false, points: path.map(([x, y]) => ({ x, y, width })) }));
}

/** Points on a circle, in 32nds of a turn, clockwise from the right. */
function arc(x: number, y: number, radius: number, from = 0, to = 32): Path {
  return Array.from({ length: to - from + 1 }, (_, i) => {
    const turn = ((from + i) / 32) * 2 * Math.PI;
    return [Math.round(x + radius * Math.cos(turn)), Math.round(y + radius * Math.sin(turn))] as const;
  });
}

/** A drawing in a corner, smaller by a factor. */
function small(drawing: readonly Stroke[], factor: number): Stroke[] {
  const shrink = (value: number) => Math.round(value * factor + PAD * 0.06);
  return drawing.map(({ erases, points }) => ({
    erases,
    points: points.map(({ x, y, width }) => ({
      x: shrink(x),
      y: shrink(y),
      width: Math.max(4, Math.round(width * factor)),
    })),
  }));
}

export const examples: readonly Example[] = [
  { name: "a small 3 in a corner", strokes: small(three, 0.25) },
  {
    name: "a 1 with a long flag, nearly a 7",
    strokes: strokes([
      [
        [72, 92],
        [148, 40],
        [140, 216],
      ],
    ]),
  },
  {
    name: "a 4 that is nearly a 9",
    strokes: strokes([
      [
        [88, 56],
        [80, 108],
        [104, 128],
        [156, 116],
      ],
      [
        [164, 52],
        [150, 212],
      ],
      [
        [92, 56],
        [150, 62],
      ],
    ]),
  },
  {
    name: "two digits, 42",
    strokes: strokes(
      [
        [
          [64, 72],
          [36, 148],
          [108, 148],
        ],
        [
          [92, 100],
          [92, 192],
        ],
        [...arc(180, 100, 30, -16, 4), [148, 190], [216, 190]],
      ],
      16,
    ),
  },
  {
    name: "the letter A",
    strokes: strokes([
      [
        [68, 212],
        [126, 44],
        [188, 212],
      ],
      [
        [92, 150],
        [164, 150],
      ],
    ]),
  },
  {
    name: "a face",
    strokes: strokes(
      [arc(128, 128, 88), arc(96, 104, 3, 0, 16), arc(160, 104, 3, 0, 16), arc(128, 132, 44, 4, 12)],
      16,
    ),
  },
];
