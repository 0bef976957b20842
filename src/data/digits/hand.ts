import { cos, exp, sin } from "../../core/elementary.ts";
import type { Random } from "../../core/random.ts";
import { type ControlPoint, STYLES, type Style } from "./glyphs.ts";

/**
 * How the digits differ from each other besides their drawings: usual radius of the pen (pixels), width over height of
 * the drawing, and slant (horizontal over vertical).
 */
const HABITS = [
  { pen: 2.6, width: 0.95, slant: 0.22 },
  { pen: 2.75, width: 0.9, slant: 0.23 },
  { pen: 2.4, width: 0.92, slant: 0.1 },
  { pen: 2.35, width: 0.86, slant: 0.07 },
  { pen: 2.25, width: 0.86, slant: 0.2 },
  { pen: 2.15, width: 0.88, slant: 0.08 },
  { pen: 2.25, width: 0.84, slant: 0.08 },
  { pen: 2.4, width: 0.86, slant: 0.04 },
  { pen: 2.05, width: 0.92, slant: 0.12 },
  { pen: 2.1, width: 0.82, slant: 0.1 },
] as const;

/** A point that the pen passes, in pixels (x to the right, y down), with half the width of the line there. */
export interface PenPoint {
  x: number;
  y: number;
  radius: number;
}

/** Straight pieces per piece of curve between two control points. */
const PIECES = 5;

/** Part of the stroke ends that carry a little hook. */
const HOOKS = 0.08;

/** Side, in pixels, of the box that the written digit fills. */
export const SIDE = 40;

/** Writes a digit once: the strokes of a pen that fill a box of 40 pixels from (0, 0), in the other direction less. */
export function write(digit: number, random: Random): PenPoint[][] {
  const pen = new Pen(digit, random);
  const strokes = mix(digit, random).map((stroke) => pen.draw(stroke));
  fit(strokes, pen.radius);
  return strokes;
}

/** One drawing of the digit, between two of one style (and a little beyond), with shaky control points. */
function mix(digit: number, random: Random): ControlPoint[][] {
  const { drawings } = pickStyle(digit, random);
  const from = drawings[random.integer(drawings.length)];
  const to = drawings[random.integer(drawings.length)];
  const part = random.uniform(-0.15, 1.15);
  const shake = 1.5 + 4.5 * random.uniform();
  const drawing = from.map((stroke, s) =>
    stroke.map(({ x, y, corner }, p) => ({
      x: x + part * (to[s][p].x - x) + shake * random.normal(),
      y: y + part * (to[s][p].y - y) + shake * random.normal(),
      corner,
    })),
  );
  for (const stroke of drawing) {
    if (random.uniform() < HOOKS) stroke.unshift(hook(stroke[0], stroke[1], random));
    if (random.uniform() < HOOKS) stroke.push(hook(stroke[stroke.length - 1], stroke[stroke.length - 2], random));
  }
  return drawing;
}

/** A style of the digit, as often as it is common. */
function pickStyle(digit: number, random: Random): Style {
  const styles = STYLES[digit];
  let left = random.uniform(
    0,
    styles.reduce((sum, style) => sum + style.weight, 0),
  );
  for (const style of styles) {
    left -= style.weight;
    if (left < 0) return style;
  }
  return styles[0];
}

/** A short turn that the pen makes as it lands or leaves: up to 140 degrees off the stroke's own direction. */
function hook(end: ControlPoint, before: ControlPoint, random: Random): ControlPoint {
  const dx = end.x - before.x;
  const dy = end.y - before.y;
  const scale = random.uniform(3, 11) / Math.sqrt(dx * dx + dy * dy + 1);
  const turn = random.uniform(-2.4, 2.4);
  const c = scale * cos(turn);
  const s = scale * sin(turn);
  return { x: end.x + c * dx - s * dy, y: end.y + s * dx + c * dy, corner: false };
}

/** What stays the same while one digit is written: the slant, the warp, the pen. */
class Pen {
  /** Half the usual width of the line, in pixels of the box. */
  readonly radius: number;
  readonly #random: Random;
  readonly #place: (x: number, y: number) => [x: number, y: number];
  readonly #pressure: number;
  readonly #roughness: number;
  readonly #nib: [number, number];

  constructor(digit: number, random: Random) {
    const { pen, width, slant } = HABITS[digit];
    this.#random = random;
    this.radius = Math.min(4.4, Math.max(1.15, pen * exp(0.29 * random.normal())));
    this.#place = placement(width, slant, random);
    this.#pressure = random.uniform(0.02, 0.14);
    this.#roughness = random.uniform(0, 0.25);
    const nib = random.uniform(0, 0.18);
    const angle = random.uniform(0, 2 * Math.PI);
    this.#nib = [nib * cos(angle), nib * sin(angle)];
  }

  draw(stroke: readonly ControlPoint[]): PenPoint[] {
    const random = this.#random;
    const placed = stroke.map(({ x, y, corner }) => {
      const [px, py] = this.#place(x, y);
      return { x: px, y: py, corner, radius: this.radius * (1 + this.#pressure * random.normal()) };
    });
    // Ends overshoot or fall short
    stretch(placed[0], placed[1], random);
    stretch(placed[placed.length - 1], placed[placed.length - 2], random);
    const points = curve(placed);
    const [nib0, nib1] = this.#nib;
    for (let i = 0; i < points.length; i++) {
      const a = points[Math.max(0, i - 1)];
      const b = points[Math.min(points.length - 1, i + 1)];
      const dx = b.x - a.x;
      const dy = b.y - a.y;
      // A rough edge; and a pen held at an angle is wider in one direction: by the cosine of twice the angle between
      const rough = this.#roughness * random.uniform(-1, 1);
      points[i].radius *= 1 + rough + (nib0 * (dx * dx - dy * dy) + nib1 * 2 * dx * dy) / (dx * dx + dy * dy + 1e-9);
    }
    return points;
  }
}

/** Moves the end of a stroke along it, by up to a fifth of its last piece or so. */
function stretch(end: { x: number; y: number }, before: { x: number; y: number }, random: Random): void {
  const part = 0.12 * random.normal();
  end.x += part * (end.x - before.x);
  end.y += part * (end.y - before.y);
}

/** A random map of the paper: smooth waves, uneven proportions, slant, squeeze and rotation. */
function placement(width: number, slant: number, random: Random): (x: number, y: number) => [number, number] {
  const waves = Array.from({ length: 2 }, () => ({
    fx: random.normal() * 1.5,
    fy: random.normal() * 1.5,
    phase: random.uniform(0, 2 * Math.PI),
    dx: random.normal() * 0.04,
    dy: random.normal() * 0.04,
  }));
  const top = random.normal() * 0.14;
  const side = random.normal() * 0.1;
  const taper = random.normal() * 0.16;
  const shear = slant + 0.27 * random.normal();
  const squeeze = width * exp(0.24 * random.normal());
  const turn = 0.12 * random.normal();
  const c = cos(turn);
  const s = sin(turn);
  return (x, y) => {
    // From -1 to 1 across the digit
    let u = x / 50 - 1;
    let v = y / 50 - 1;
    for (const wave of waves) {
      const height = sin(wave.fx * u + wave.fy * v + wave.phase);
      u += 2 * wave.dx * height;
      v += 2 * wave.dy * height;
    }
    u = (u + side * (1 - u * u)) * (1 + taper * v) * squeeze;
    v += top * (1 - v * v);
    u -= shear * v;
    return [c * u - s * v, s * u + c * v];
  };
}

/** Catmull-Rom splines through the points, cut at corners, as straight pieces. */
function curve(points: readonly (PenPoint & { corner: boolean })[]): PenPoint[] {
  const line: PenPoint[] = [points[0]];
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

/** Scales the strokes, aspect kept, so that the line with its width fills the box. */
function fit(strokes: PenPoint[][], radius: number): void {
  const all = strokes.flat();
  let left = Number.POSITIVE_INFINITY;
  let right = Number.NEGATIVE_INFINITY;
  let top = Number.POSITIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;
  for (const { x, y } of all) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  const scale = (SIDE - 2 * radius) / Math.max(right - left, bottom - top);
  for (const point of all) {
    point.x = (point.x - left) * scale + radius;
    point.y = (point.y - top) * scale + radius;
  }
}
