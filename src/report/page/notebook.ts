import { base64 } from "../drawing/base64.ts";
import type { Figure } from "../drawing/figure.ts";
import { Html, html } from "../drawing/html.ts";
import { cssVariables } from "../drawing/theme.ts";
import { accuracyCurves, lossCurves } from "../figures/curves.ts";
import { networkDiagram } from "../figures/network-diagram.ts";
import type { HistoryJson, NetworkJson } from "../results.ts";
import { summaryTable } from "./summary-table.ts";

/** Content of a notebook's cell, by media type. */
export interface CellContent {
  readonly "text/html"?: string;
}

/** A network in a notebook: diagram and summary. */
export function networkPage(network: NetworkJson): CellContent {
  return card(html`${pictures([networkDiagram(network)])}${summaryTable(network)}`);
}

/** A history in a notebook: loss and accuracy curves. */
export function historyPage(history: HistoryJson): CellContent {
  return card(
    pictures([lossCurves(history, { scale: "log" }), ...(history.history.accuracy ? [accuracyCurves(history)] : [])]),
  );
}

/** Nested, so that it affects nothing else in the notebook and overrides the notebook's table style. */
const style = new Html(`.lenet5 {
  ${cssVariables("light")}
  background: var(--card); color: var(--ink); max-width: 70rem; box-sizing: border-box;
  font: 13px/1.4 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; font-variant-numeric: tabular-nums;
  .figures { display: flex; flex-wrap: wrap; align-items: flex-start; }
  .figures img { min-width: 0; max-width: 100%; height: auto; margin: 0; }
  .scroll { overflow-x: auto; padding: 0 14px 14px; }
  .hint { display: none; }
  .numbers { width: 100%; margin: 0; border: 0; border-collapse: collapse; font-size: inherit; color: inherit; table-layout: auto; }
  .numbers thead, .numbers tbody tr { background: none; border: 0; }
  .numbers th, .numbers td { padding: .3rem .6rem; border: 0; border-top: 1px solid var(--line); text-align: right; white-space: nowrap; max-width: none; }
  .numbers th { font-weight: 600; }
  .numbers thead th { border: 0; color: var(--soft); font-weight: 500; }
  .numbers th:first-child { padding-left: 0; text-align: left; }
  .numbers td:last-child, .numbers th:last-child { padding-right: 0; }
  .numbers tfoot th, .numbers tfoot td { border-top-width: 2px; font-weight: 600; }
  small { color: var(--soft); font-size: .9em; font-weight: 400; }
}`);

/** As images, since Jupyter removes SVG from the HTML of notebooks that are not trusted. */
function pictures(figures: readonly Figure[]): Html {
  const images = figures.map(({ svg, label }) => {
    const address = `data:image/svg+xml;base64,${base64(new TextEncoder().encode(svg))}`;
    return html`<img alt="${label}" src="${address}">`;
  });
  return html`<div class="figures">${images}</div>`;
}

/** Always in the light theme, like figures in a notebook. */
function card(content: Html): CellContent {
  return { "text/html": html`<div class="lenet5"><style>${style}</style>${content}</div>`.text };
}
