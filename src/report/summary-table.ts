import { type Html, html } from "./html.ts";
import { count } from "./numbers.ts";

/** A network in numbers, as `lenet5 summary --json` has it. */
export interface SummaryJson {
  readonly params: number;
  readonly connections: number;
  readonly macs: number;
  readonly layers: readonly {
    readonly name: string;
    readonly type: string;
    readonly outputShape: readonly number[];
    readonly params: number;
    readonly connections: number;
    readonly macs: number;
  }[];
}

export function summaryTable({ params, connections, macs, layers }: SummaryJson): Html {
  const rows = layers.map(
    (layer) =>
      html`<tr><th scope="row">${layer.name} <small>${layer.type}</small></th><td>${layer.outputShape.join(" × ")}</td><td>${count(layer.params)}</td><td>${count(layer.connections)}</td><td>${count(layer.macs)}</td></tr>\n`,
  );
  return html`<div class="scroll"><table class="numbers">
<thead><tr><th scope="col">Layer</th><th scope="col">Output</th><th scope="col">Parameters</th><th scope="col">Connections</th><th scope="col">Multiply-adds</th></tr></thead>
<tbody>${rows}</tbody>
<tfoot><tr><th scope="row">Total</th><td></td><td>${count(params)}</td><td>${count(connections)}</td><td>${count(macs)}</td></tr></tfoot></table></div>`;
}
