import * as Plot from "@observablehq/plot";
import { svgDocument } from "#document";
import { Html } from "./html.ts";
import { round } from "./numbers.ts";

/** A chart drawn by Observable Plot. */
export interface Drawn {
  /** The marks as one SVG group. */
  readonly marks: Html;
  /** Position of a value on an axis, in pixels. */
  place(axis: "x" | "y", value: unknown): number;
}

/** Draws a chart, with or without a browser. Colours may be `var(--name)` with a name of the theme's palette. */
export function drawn(options: Plot.PlotOptions & { width: number; height: number }): Drawn {
  const element = Plot.plot({ ...options, document: svgDocument() });
  const svg = element.tagName.toLowerCase() === "svg" ? element : element.querySelector("svg")!;
  // Plot's style sheet is for a chart alone on a page.
  for (const style of svg.querySelectorAll("style")) style.remove();
  // Plot labels groups that have no role. The figure has a label for the whole chart.
  for (const group of svg.querySelectorAll("[aria-label]")) group.removeAttribute("aria-label");
  const marks = svg.innerHTML.replaceAll(
    / (?:d|cx|cy|r|x|y|x[12]|y[12]|width|height|transform|points)="[^"]*"/g,
    rounded,
  );
  return {
    marks: new Html(`<g text-anchor="middle" color="var(--soft)" fill="var(--soft)">${marks}</g>`),
    place: (axis, value) => element.scale(axis)!.apply(value) as number,
  };
}

/** Rounds the coordinates in an attribute. */
function rounded(attribute: string): string {
  return attribute.replaceAll(/-?\d+\.\d+(e-?\d+)?/g, (number) => String(round(Number(number))));
}
