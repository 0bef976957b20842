/** What is drawn on the pad, and how an address keeps it. */

/** A point of a stroke. */
export interface Point {
  /** From the left edge of the pad, 0 to 255. */
  readonly x: number;
  /** From the top edge of the pad, 0 to 255. */
  readonly y: number;
  /** Diameter of the pen, in the same units. */
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

/** Each stroke is 3 bytes (erases, number of points) and 3 bytes a point, in base64url. */
export function strokesText(strokes: readonly Stroke[]): string {
  const bytes = strokes.flatMap(({ erases, points }) => [
    erases ? 1 : 0,
    points.length >> 8,
    points.length & 255,
    ...points.flatMap(({ x, y, width }) => [x, y, width].map((value) => Math.min(255, Math.max(0, Math.round(value))))),
  ]);
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** @throws Error for a text that holds no strokes */
export function textStrokes(text: string): Stroke[] {
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  } catch {
    throw new Error("expected strokes");
  }
  const strokes: Stroke[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [erases = 2, high = 0, low = 0] = bytes.subarray(at, at + 3);
    const count = 256 * high + low;
    const end = at + 3 + 3 * count;
    if (erases > 1 || count === 0 || end > bytes.length) throw new Error("expected strokes");
    const points: Point[] = [];
    for (let i = at + 3; i < end; i += 3) points.push({ x: bytes[i]!, y: bytes[i + 1]!, width: bytes[i + 2]! });
    strokes.push({ erases: erases === 1, points });
    at = end;
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
