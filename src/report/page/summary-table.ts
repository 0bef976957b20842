import { shortName } from "../drawing/class-name.ts";
import { type Html, html } from "../drawing/html.ts";
import { count } from "../drawing/numbers.ts";
import type { NetworkJson } from "../results.ts";
import { scrolled } from "./sections.ts";

/** Of more layers, the first are listed. */
const MAX_LAYERS = 500;

/** Table of the layers: output shape, parameters, connections and multiply-adds. */
export function summaryTable({ params, connections, macs, layers }: NetworkJson): Html {
  const rows = layers
    .slice(0, MAX_LAYERS)
    .map(
      (layer) =>
        html`<tr><th scope="row">${shortName(layer.name)} <small>${layer.type}</small></th><td>${layer.outputShape.join(" × ")}</td><td>${count(layer.params)}</td><td>${count(layer.connections)}</td><td>${count(layer.macs)}</td></tr>\n`,
    );
  const table = html`<table class="numbers">
<thead><tr><th scope="col">Layer</th><th scope="col">Output</th><th scope="col">Parameters</th><th scope="col">Connections</th><th scope="col">Multiply-adds</th></tr></thead>
<tbody>${rows}</tbody>
<tfoot><tr><th scope="row">Total</th><td></td><td>${count(params)}</td><td>${count(connections)}</td><td>${count(macs)}</td></tr></tfoot></table>`;
  const left = layers.length - rows.length;
  return html`${scrolled("Layers", table)}${left > 0 ? html`<p class="note">and ${count(left)} more layers</p>` : ""}`;
}
