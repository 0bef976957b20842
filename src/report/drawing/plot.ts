import * as Plot from "@observablehq/plot";
import { svgDocument } from "#document";
import { Html } from "./html.ts";
import { round } from "./numbers.ts";

/** A chart as Observable Plot draws it. */
export interface Drawn {
  /** A group of marks, to be put into a figure. */
  readonly marks: Html;
  /** The place of a value on an axis, in pixels. */
  place(axis: "x" | "y", value: unknown): number;
}

/** Draws without a browser too. Colours may be `var(--name)` of the theme. */
export function drawn(options: Plot.PlotOptions & { width: number; height: number }): Drawn {
  const element = Plot.plot({ ...options, document: svgDocument() });
  const svg = element.tagName.toLowerCase() === "svg" ? element : element.querySelector("svg")!;
  // Plot's own style sheet is for a page of its own.
  for (const style of svg.querySelectorAll("style")) style.remove();
  // Its labels of groups go with no role: the figure as a whole has a better one.
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

/** Coordinates to a tenth of a pixel. */
function rounded(attribute: string): string {
  return attribute.replaceAll(/-?\d+\.\d+(e-?\d+)?/g, (number) => String(round(Number(number))));
}
