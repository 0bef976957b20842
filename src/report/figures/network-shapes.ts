import { type Html, html } from "../drawing/html.ts";
import { round } from "../drawing/numbers.ts";
import { isUnits } from "./network-words.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** A rectangle; with a slant, a parallelogram whose lower side is that many pixels to the right of the upper side. */
export interface Area extends Box {
  readonly slant?: number;
}

/** The drawing of a layer. Coordinates are relative to its upper left corner. */
export interface Shape {
  readonly width: number;
  readonly height: number;
  readonly rows: number;
  readonly columns: number;
  /** Ends of incoming and outgoing connections. */
  readonly in: Point;
  readonly out: Point;
  /** Upper and lower end of the layer's right side. */
  readonly ends: readonly [Point, Point];
  /** The area of some positions of the front sheet; for a bar, of its middle unit. */
  area(positions: Box): Area;
  draw(at: Point, colour: string): Html;
}

/** Pixels of the longest side of the largest map. */
const LARGEST = 112;
const SMALLEST = 12;
/** Further sheets are not drawn. */
const MAX_SHEETS = 16;
/** Maximum distance from the first sheet to the last, in pixels. */
const DEEPEST = 84;
/** Smaller positions get no grid lines, in pixels. */
const MIN_POSITION = 5;
/** Direction from one sheet to the next. */
const SHEET_SLOPE = { x: 0.75, y: 0.66 };
/** Direction from one unit of a bar to the next. */
const BAR_SLOPE = { x: 0.32, y: 0.95 };
const BAR_WIDTH = 11;

/** The drawing of an output of this shape. `largest`: positions along the longest side of the network's largest map. */
export function shapeOf(outputShape: readonly number[], largest: number): Shape {
  const [rows, columns, maps] = outputShape;
  return isUnits(outputShape) ? bar(outputShape[outputShape.length - 1]) : sheets(rows, columns, maps, largest);
}

/** Maps as sheets behind each other. Side lengths grow with the square root, so that 5x5 is visible beside 32x32. */
function sheets(rows: number, columns: number, maps: number, largest: number): Shape {
  const side = Math.max(SMALLEST, LARGEST * Math.sqrt(Math.max(rows, columns) / largest));
  const cell = side / Math.max(rows, columns);
  const [width, height] = [Math.max(3, columns * cell), Math.max(3, rows * cell)];
  const count = Math.min(maps, MAX_SHEETS);
  const step = count === 1 ? 0 : Math.min(DEEPEST, 14 + 13 * Math.log2(maps)) / (count - 1);
  const [dx, dy] = [step * SHEET_SLOPE.x, step * SHEET_SLOPE.y];
  const front = { x: (count - 1) * dx, y: (count - 1) * dy };
  // Connections start and end at half the height, moved to where the last or first sheet begins.
  const middle = (height + front.y) / 2;
  return {
    width: width + front.x,
    height: height + front.y,
    rows,
    columns,
    in: { x: 0, y: Math.min(middle, height * 0.85) },
    out: { x: front.x + width, y: Math.max(middle, front.y + height * 0.15) },
    ends: [
      { x: width, y: 0 },
      { x: front.x + width, y: front.y + height },
    ],
    area: ({ x, y, width: across, height: down }) => ({
      x: front.x + (x / columns) * width,
      y: front.y + (y / rows) * height,
      width: (across / columns) * width,
      height: (down / rows) * height,
    }),
    draw(at, colour) {
      const outlines = Array.from({ length: count }, (_, i) =>
        outline({ x: at.x + i * dx, y: at.y + i * dy, width, height }),
      );
      const grid =
        cell < MIN_POSITION
          ? ""
          : html`<path d="${gridLines({ x: at.x + front.x, y: at.y + front.y, width, height }, rows, columns)}" stroke="${colour}" stroke-opacity="0.3" stroke-width="0.6"/>`;
      return html`${outlines.map((d, i) => sheet(d, colour, i === count - 1 ? 1 : 0.65))}${grid}`;
    },
  };
}

/** Units as a bar. Its length grows with the logarithm of their number. */
function bar(units: number): Shape {
  const length = 18 + 44 * Math.log10(units);
  const slope = { x: length * BAR_SLOPE.x, y: length * BAR_SLOPE.y };
  const unit = Math.floor(units / 2);
  const cellHeight = slope.y / units;
  const at = (share: number): Point => ({ x: slope.x * share, y: slope.y * share });
  const middle = at((unit + 0.5) / units);
  const height = Math.max(3, cellHeight);
  const slant = (height / BAR_SLOPE.y) * BAR_SLOPE.x;
  return {
    width: BAR_WIDTH + slope.x,
    height: slope.y,
    rows: 1,
    columns: 1,
    in: middle,
    out: { x: middle.x + BAR_WIDTH, y: middle.y },
    ends: [
      { x: BAR_WIDTH, y: 0 },
      { x: BAR_WIDTH + slope.x, y: slope.y },
    ],
    area: () => ({ x: middle.x - slant / 2, y: middle.y - height / 2, width: BAR_WIDTH, height, slant }),
    draw({ x, y }, colour) {
      const d = outline({ x, y, width: BAR_WIDTH, height: slope.y, slant: slope.x });
      const between = Array.from({ length: cellHeight < MIN_POSITION ? 0 : units - 1 }, (_, i) => at((i + 1) / units));
      const lines = between.map((point) => `M${round(x + point.x)} ${round(y + point.y)}h${BAR_WIDTH}`).join("");
      return html`${sheet(d, colour, 1)}${lines && html`<path d="${lines}" stroke="${colour}" stroke-width="0.6"/>`}`;
    },
  };
}

/** An opaque sheet in a tint of the colour. */
function sheet(d: string, colour: string, line: number): Html {
  return html`<path d="${d}" fill="var(--card)"/><path d="${d}" fill="${colour}" fill-opacity="0.12" stroke="${colour}" stroke-opacity="${line}"/>`;
}

function gridLines({ x, y, width, height }: Box, rows: number, columns: number): string {
  const inner = (parts: number) => Array.from({ length: parts - 1 }, (_, i) => (i + 1) / parts);
  return [
    ...inner(rows).map((share) => `M${round(x)} ${round(y + share * height)}h${round(width)}`),
    ...inner(columns).map((share) => `M${round(x + share * width)} ${round(y)}v${round(height)}`),
  ].join("");
}

/** Path data of an area. */
export function outline({ x, y, width, height, slant = 0 }: Area): string {
  const side = slant === 0 ? `v${round(height)}` : `l${round(slant)} ${round(height)}`;
  return `M${round(x)} ${round(y)}h${round(width)}${side}h${round(-width)}z`;
}
