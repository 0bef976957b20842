import { cos, exp, sin } from "../../core/elementary.ts";
import type { Random } from "../../core/random.ts";
import type { ControlPoint } from "./glyphs.ts";

/** A point of the path of the pen, in pixels (x to the right, y down), with half the width of the line. */
export interface PenPoint {
  x: number;
  y: number;
  radius: number;
}

/** Straight pieces of the curve between two control points. */
const PIECES = 4;

/** The pen of one writer for one digit: width, variation of the pressure, roughness of the line. */
export class Pen {
  /** Half the typical width of the line, in pixels of the box. */
  readonly radius: number;
  readonly #random: Random;
  readonly #pressure: number;
  readonly #roughness: number;
  readonly #nib: [number, number];

  /** @param usual the median of the radius over all writers, in pixels */
  constructor(usual: number, random: Random) {
    this.#random = random;
    this.radius = usual * Math.min(1.85, Math.max(0.5, exp(0.29 * random.normal())));
    this.#pressure = random.uniform(0.02, 0.14);
    this.#roughness = random.uniform(0, 0.25);
    const nib = random.uniform(0, 0.18);
    const angle = random.uniform(0, 2 * Math.PI);
    this.#nib = [nib * cos(angle), nib * sin(angle)];
  }

  /** The path of the pen through the control points; the radius is in pixels, whatever the unit of the points. */
  draw(stroke: readonly ControlPoint[]): PenPoint[] {
    const random = this.#random;
    // Field by field: points of one hidden class in V8 halve the time of an image, against `...point`
    const placed = stroke.map(({ x, y, corner }) => ({
      x,
      y,
      corner,
      radius: this.radius * (1 + this.#pressure * random.normal()),
    }));
    // The ends become longer or shorter.
    stretch(placed[0], placed[1], random);
    stretch(placed[placed.length - 1], placed[placed.length - 2], random);
    const points = curve(placed);
    const [nib0, nib1] = this.#nib;
    for (let i = 0; i < points.length; i++) {
      const a = points[Math.max(0, i - 1)];
      const b = points[Math.min(points.length - 1, i + 1)];
      const dx = b.x - a.x;
      const dy = b.y - a.y;
      // The edge is rough, and a pen that is held at an angle is wider in one direction: in proportion to the cosine of
      // twice the angle between both.
      const rough = this.#roughness * random.uniform(-1, 1);
      points[i].radius *= 1 + rough + (nib0 * (dx * dx - dy * dy) + nib1 * 2 * dx * dy) / (dx * dx + dy * dy + 1e-9);
    }
    return points;
  }
}

/** Moves the end of a stroke along its last piece, by a normal random fraction of it (standard deviation 0.12). */
function stretch(end: { x: number; y: number }, before: { x: number; y: number }, random: Random): void {
  const part = 0.12 * random.normal();
  end.x += part * (end.x - before.x);
  end.y += part * (end.y - before.y);
}

/** Catmull-Rom splines through the points, interrupted at corners, as straight pieces. */
function curve(points: readonly (PenPoint & { corner: boolean })[]): PenPoint[] {
  const { x, y, radius } = points[0];
  const line: PenPoint[] = [{ x, y, radius }];
  for (let i = 0; i + 1 < points.length; i++) {
    const a = points[i];
    const b = points[i + 1];
    const before = i === 0 || a.corner ? a : points[i - 1];
    const after = i + 2 === points.length || b.corner ? b : points[i + 2];
    for (let k = 1; k <= PIECES; k++) {
      const t = k / PIECES;
      const at = (p: number, q: number, r: number, s: number): number =>
        q + 0.5 * t * (r - p + t * (2 * p - 5 * q + 4 * r - s + t * (3 * (q - r) + s - p)));
      line.push({
        x: at(before.x, a.x, b.x, after.x),
        y: at(before.y, a.y, b.y, after.y),
        radius: a.radius + t * (b.radius - a.radius),
      });
    }
  }
  return line;
}
