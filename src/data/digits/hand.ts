import { cos, sin } from "../../core/elementary.ts";
import type { Random } from "../../core/random.ts";
import { type ControlPoint, STYLES, type Style } from "./glyphs.ts";
import { Pen, type PenPoint } from "./pen.ts";
import { warp } from "./warp.ts";

/**
 * Typical values of each digit, beside its drawings: radius of the pen in pixels, width of the drawing over its height,
 * and slant (horizontal over vertical).
 */
const HABITS = [
  { radius: 2.6, width: 0.95, slant: 0.22 },
  { radius: 2.85, width: 0.9, slant: 0.23 },
  { radius: 2.4, width: 0.92, slant: 0.1 },
  { radius: 2.35, width: 0.86, slant: 0.07 },
  { radius: 2.25, width: 0.86, slant: 0.2 },
  { radius: 2.15, width: 0.88, slant: 0.08 },
  { radius: 2.25, width: 0.84, slant: 0.08 },
  { radius: 2.4, width: 0.86, slant: 0.04 },
  { radius: 2.05, width: 0.92, slant: 0.12 },
  { radius: 2.1, width: 0.82, slant: 0.1 },
] as const;

/** The fraction of stroke ends with a small hook. */
const HOOKS = 0.08;

/** Side, in pixels, of the box that the written digit fills. */
export const SIDE = 40;

/** Writes a digit once: strokes of a pen whose longer extent fills a box of 40 pixels from (0, 0). */
export function write(digit: number, random: Random): PenPoint[][] {
  const { radius, width, slant } = HABITS[digit];
  const pen = new Pen(radius, random);
  const place = warp(width, slant, random);
  const strokes = mix(digit, random).map((stroke) => pen.draw(stroke.map(place)));
  fillBox(strokes, pen.radius);
  return strokes;
}

/**
 * A drawing of the digit: a random mixture of two drawings of one style, or slightly beyond, with jittered control
 * points.
 */
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

/** A random style of the digit, with probabilities in proportion to the weights. */
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

/** A short turn of the pen at the end of a stroke: up to 140 degrees from the direction of the stroke. */
function hook(end: ControlPoint, before: ControlPoint, random: Random): ControlPoint {
  const dx = end.x - before.x;
  const dy = end.y - before.y;
  const scale = random.uniform(3, 11) / Math.sqrt(dx * dx + dy * dy + 1);
  const turn = random.uniform(-2.4, 2.4);
  const c = scale * cos(turn);
  const s = scale * sin(turn);
  return { x: end.x + c * dx - s * dy, y: end.y + s * dx + c * dy, corner: false };
}

/** Scales the strokes with their aspect ratio kept, so that the line including its width fills the box. */
function fillBox(strokes: PenPoint[][], radius: number): void {
  let left = Number.POSITIVE_INFINITY;
  let right = Number.NEGATIVE_INFINITY;
  let top = Number.POSITIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;
  for (const stroke of strokes) {
    for (const { x, y } of stroke) {
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  const scale = (SIDE - 2 * radius) / Math.max(right - left, bottom - top);
  for (const stroke of strokes) {
    for (const point of stroke) {
      point.x = (point.x - left) * scale + radius;
      point.y = (point.y - top) * scale + radius;
    }
  }
}
