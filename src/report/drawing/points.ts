import * as Plot from "@observablehq/plot";
import { type Html, html } from "./html.ts";
import { round } from "./numbers.ts";
import type { Drawn } from "./plot.ts";
import { textWidth } from "./text.ts";

/** A single point of a line chart, drawn as a ring or a dot with a text beside it. */
export interface Point {
  readonly x: number;
  readonly y: number;
  readonly colour: string;
  readonly text: string;
  /** For screen readers; default the text. */
  readonly label?: string;
  /** Where the text stands; default "right". A text that would leave the chart is moved to the left. */
  readonly side?: "right" | "above right" | "above";
  /** True for a dot, false (default) for a ring. */
  readonly filled?: boolean;
}

const FONT_SIZE = 12;
const LINE = 15;
/** From a point to its text: right, and down. */
const offsets = { right: [9, 0], "above right": [7, -9], above: [0, -13] } as const;

/** The ring or dot of a point. */
export function pointMark({ x, y, colour, filled = false }: Point): Plot.Markish {
  const look = filled ? { fill: colour, stroke: "var(--card)" } : { fill: "var(--card)", stroke: colour };
  return Plot.dot([{ x, y }], { x: "x", y: "y", r: 4, strokeWidth: 1.5, ...look });
}

/**
 * The texts of points, left of `right`. A text that would overlap another one is moved above it. Texts have an outline,
 * so that they stay readable over lines.
 */
export function pointTexts(points: readonly Point[], place: Drawn["place"], right: number): Html {
  const placed: { left: number; right: number; y: number }[] = [];
  const lowestFirst = points.map((point) => boxOf(point, place, right)).sort((a, b) => b.y - a.y);
  const texts = lowestFirst.map((box) => {
    const beside = placed.filter((other) => other.left < box.right + 4 && box.left < other.right + 4);
    let { y } = box;
    for (const other of beside.sort((a, b) => b.y - a.y)) if (Math.abs(other.y - y) < LINE) y = other.y - LINE;
    placed.push({ ...box, y });
    return html`<text x="${round(box.left)}" y="${round(y)}">${box.text}</text>`;
  });
  return html`<g fill="var(--ink)" stroke="var(--card)" stroke-width="3" stroke-linejoin="round" paint-order="stroke">${texts}</g>`;
}

/** Left and right end of a point's text, and its baseline. */
function boxOf({ x, y, text, side = "right" }: Point, place: Drawn["place"], right: number) {
  const [dx, dy] = offsets[side];
  const [at, width] = [place("x", x), textWidth(text, FONT_SIZE)];
  const wanted = at + dx - (side === "above" ? width / 2 : 0);
  const isCut = wanted + width > right;
  // A text at the height of its point would cover it: it goes to the other side.
  const left = !isCut ? wanted : side === "right" ? at - dx - width : right - width;
  return { text, left, right: left + width, y: place("y", y) + dy + 4 };
}
