import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { Html } from "./html.ts";

/**
 * A Plot figure as SVG markup, made without a browser. Colours may be CSS variables of the page; the figure is as wide
 * as its place and keeps its proportions.
 */
export function svgOf(options: Plot.PlotOptions, label: string): Html {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const figure = Plot.plot({ ...options, document });
  const svg = figure.tagName.toLowerCase() === "svg" ? figure : figure.querySelector("svg")!;
  for (const name of ["width", "height"]) svg.removeAttribute(name);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  // Plot's own style sheet sets what the page's does already.
  for (const style of svg.querySelectorAll("style")) style.remove();
  return new Html(svg.outerHTML.replaceAll(/ (?:d|cx|cy|x[12]|y[12]|transform)="[^"]*"/g, rounded));
}

/** Coordinates to a hundredth of a pixel. */
function rounded(attribute: string): string {
  return attribute.replaceAll(/-?\d+\.\d{3,}/g, (number) => String(Math.round(Number(number) * 100) / 100));
}
