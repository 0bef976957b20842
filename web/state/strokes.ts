/** What is drawn on the pad, and how an address keeps it. */

/** A point of a stroke, in whole numbers. */
export interface Point {
  /** From the left edge of the pad, which is 256 wide; a stroke may leave the pad by {@link BEYOND}. */
  readonly x: number;
  /** From the top edge of the pad. */
  readonly y: number;
  /** Diameter of the pen, in the same units, 1 to 64. */
  readonly width: number;
}

/** One movement of the pen. */
export interface Stroke {
  /** Whether it erases. */
  readonly erases: boolean;
  readonly points: readonly Point[];
}

/** The side of the pad, in the units of points. */
export const PAD = 256;

/** How far a point may be beyond the pad: farther, nothing of the pen is seen. */
export const BEYOND = 32;

/** The widest pen. */
const WIDEST = 64;

/** The longest text of strokes in an address: with everything else in it, a link stays under 2,000 letters. */
export const LONGEST = 1400;

/** How far the line of a stroke may come to lie from where it was drawn, in steps for ever longer drawings. */
const TOLERANCES = [0.5, 0.8, 1.2, 1.8, 2.7, 4, 6] as const;

/**
 * A drawing with one more stroke, whose points that do not show are left out. Where the text would be too long for an
 * address, all strokes become coarser.
 * @returns undefined where even coarse strokes are too many
 */
export function withStroke(strokes: readonly Stroke[], { erases, points }: Stroke): Stroke[] | undefined {
  const added = [...strokes, { erases, points: simplified(points, TOLERANCES[0]) }];
  if (strokesText(added).length <= LONGEST) return added;
  for (const tolerance of TOLERANCES) {
    const coarse = added.map((stroke) => ({ ...stroke, points: simplified(stroke.points, tolerance) }));
    if (strokesText(coarse).length <= LONGEST) return coarse;
  }
  return undefined;
}

/** Fewer points for the same line (Ramer, Douglas and Peucker), rounded to whole numbers. */
export function simplified(points: readonly Point[], tolerance: number): Point[] {
  const rounded = points.map(({ x, y, width }) => ({
    x: whole(x, -BEYOND, PAD + BEYOND),
    y: whole(y, -BEYOND, PAD + BEYOND),
    width: whole(width, 1, WIDEST),
  }));
  const isKept = new Uint8Array(points.length);
  isKept[0] = isKept[points.length - 1] = 1;
  const spans: [number, number][] = [[0, points.length - 1]];
  for (let span = spans.pop(); span; span = spans.pop()) {
    const [first, last] = span;
    let [farthest, most] = [0, tolerance];
    for (let i = first + 1; i < last; i++) {
      const distance = offLine(points[i]!, points[first]!, points[last]!);
      if (distance > most) [farthest, most] = [i, distance];
    }
    if (farthest === 0) continue;
    isKept[farthest] = 1;
    spans.push([first, farthest], [farthest, last]);
  }
  const kept = rounded.filter((_, i) => isKept[i]);
  return kept.filter(({ x, y, width }, i) => {
    const next = kept[i + 1];
    return next === undefined || x !== next.x || y !== next.y || width !== next.width;
  });
}

function whole(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, Math.round(value)));
}

/** How far a point, with its width as a third number, is from the line between two others. */
function offLine(point: Point, from: Point, to: Point): number {
  const [dx, dy, dw] = [to.x - from.x, to.y - from.y, to.width - from.width];
  const [px, py, pw] = [point.x - from.x, point.y - from.y, point.width - from.width];
  const length = dx * dx + dy * dy + dw * dw;
  const part = length === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy + pw * dw) / length));
  return Math.hypot(px - part * dx, py - part * dy, pw - part * dw);
}

/**
 * Strokes as base64url of numbers of 7 bits a byte (the eighth says that more follow): for each stroke its number of
 * points, times 4, plus 1 if it erases, plus 2 if its width changes; its first x, y and width; for each further point
 * the difference to the one before.
 */
export function strokesText(strokes: readonly Stroke[]): string {
  const bytes: number[] = [];
  const unsigned = (value: number) => {
    let rest = value;
    for (; rest > 127; rest >>= 7) bytes.push((rest & 127) | 128);
    bytes.push(rest);
  };
  const signed = (value: number) => unsigned(value < 0 ? -2 * value - 1 : 2 * value);
  for (const { erases, points } of strokes) {
    const varies = points.some(({ width }) => width !== points[0]!.width);
    unsigned(4 * points.length + (erases ? 1 : 0) + (varies ? 2 : 0));
    points.forEach(({ x, y, width }, i) => {
      const before = points[i - 1] ?? { x: 0, y: 0, width: 0 };
      signed(x - before.x);
      signed(y - before.y);
      if (i === 0 || varies) signed(width - before.width);
    });
  }
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** @throws Error for a text that holds no strokes */
export function textStrokes(text: string): Stroke[] {
  const wrong = new Error("expected strokes");
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  } catch {
    throw wrong;
  }
  let at = 0;
  const unsigned = (): number => {
    let value = 0;
    for (let shift = 0; shift < 21; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined) throw wrong;
      value += (byte & 127) << shift;
      if (byte < 128) return value;
    }
    throw wrong;
  };
  const signed = (): number => {
    const value = unsigned();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  };
  const strokes: Stroke[] = [];
  while (at < bytes.length) {
    const head = unsigned();
    const points: Point[] = [];
    for (let i = 0; i < head >> 2; i++) {
      const before: Point = points.at(-1) ?? { x: 0, y: 0, width: 0 };
      const [x, y] = [before.x + signed(), before.y + signed()];
      const width = before.width + (i === 0 || head & 2 ? signed() : 0);
      const isInside = [x, y].every((side) => side >= -BEYOND && side <= PAD + BEYOND);
      if (!isInside || width < 1 || width > WIDEST) throw wrong;
      points.push({ x, y, width });
    }
    if (points.length === 0) throw wrong;
    strokes.push({ erases: head % 2 === 1, points });
  }
  return strokes;
}

/** A 3, so that the page shows a digit at once. */
export const three: readonly Stroke[] = [
  {
    erases: false,
    points: Array.from({ length: 33 }, (_, i) => {
      // Two open bows, one above the other.
      const lower = i >= 16;
      const turn = ((lower ? i - 16 : i) / 16) * 1.35 * Math.PI - 0.8 * Math.PI + (lower ? 0.3 * Math.PI : 0);
      const [middle, radius] = lower ? [164, 44] : [84, 38];
      return {
        x: Math.round(124 + radius * Math.cos(turn)),
        y: Math.round(middle + radius * Math.sin(turn)),
        width: 22,
      };
    }),
  },
];
