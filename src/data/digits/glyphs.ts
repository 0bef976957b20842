import { ALPHABET_0_4 } from "./alphabet-0-4.ts";
import { ALPHABET_5_9 } from "./alphabet-5-9.ts";

export interface ControlPoint {
  /** To the right, about 0 to 100. */
  readonly x: number;
  /** Down, about 0 to 100. */
  readonly y: number;
  /** Whether the stroke has a corner here instead of a curve. */
  readonly corner: boolean;
}

/** The strokes of one digit. */
export type Drawing = readonly (readonly ControlPoint[])[];

/** One way to write a digit. Its drawings show how it differs from writer to writer. */
export interface Style {
  readonly digit: number;
  /** The frequency of the style, relative to the other styles of its digit. */
  readonly weight: number;
  readonly name: string;
  /** All have the same number of strokes, with the same numbers of points. */
  readonly drawings: Drawing[];
}

/** Styles of the digits 0 to 9. */
export const STYLES: readonly (readonly Style[])[] = byDigit([...parse(ALPHABET_0_4), ...parse(ALPHABET_5_9)]);

function parse(text: string): Style[] {
  const styles: Style[] = [];
  for (const line of text.trim().split("\n")) {
    if (line.startsWith(" ")) {
      styles[styles.length - 1].drawings.push(parseDrawing(line));
    } else {
      const [digit, weight, ...name] = line.split(" ");
      styles.push({ digit: Number(digit), weight: Number(weight), name: name.join(" "), drawings: [] });
    }
  }
  return styles;
}

function parseDrawing(line: string): Drawing {
  return line.split(";").map((stroke) =>
    stroke
      .trim()
      .split(/\s+/)
      .map((point) => {
        const corner = point.endsWith("^");
        const [x, y] = (corner ? point.slice(0, -1) : point).split(",").map(Number);
        return { x, y, corner };
      }),
  );
}

function byDigit(styles: readonly Style[]): Style[][] {
  return Array.from({ length: 10 }, (_, digit) => styles.filter((style) => style.digit === digit));
}
