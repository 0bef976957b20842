import { type Html, html } from "../drawing/html.ts";
import { count } from "../drawing/numbers.ts";
import type { NetworkJson } from "../results.ts";
import { scrolled } from "./sections.ts";

/** Table of the layers: output shape, parameters, connections and multiply-adds. */
export function summaryTable({ params, connections, macs, layers }: NetworkJson): Html {
  const rows = layers.map(
    (layer) =>
      html`<tr><th scope="row">${layer.name} <small>${layer.type}</small></th><td>${layer.outputShape.join(" × ")}</td><td>${count(layer.params)}</td><td>${count(layer.connections)}</td><td>${count(layer.macs)}</td></tr>\n`,
  );
  const table = html`<table class="numbers">
<thead><tr><th scope="col">Layer</th><th scope="col">Output</th><th scope="col">Parameters</th><th scope="col">Connections</th><th scope="col">Multiply-adds</th></tr></thead>
<tbody>${rows}</tbody>
<tfoot><tr><th scope="row">Total</th><td></td><td>${count(params)}</td><td>${count(connections)}</td><td>${count(macs)}</td></tr></tfoot></table>`;
  return scrolled("Layers", table);
}
