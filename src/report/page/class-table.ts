import { type Html, html } from "../drawing/html.ts";
import { count, isNumber, percent } from "../drawing/numbers.ts";
import type { ClassJson } from "../results.ts";
import { scrolled } from "./sections.ts";

/** Precision, recall and F1 of each class. Bars begin at the lowest tenth, so that good classes differ too. */
export function classTable(classes: readonly ClassJson[]): Html {
  const known = classes.map(({ f1 }) => f1).filter(isNumber);
  const floor = Math.min(0.9, Math.floor(Math.min(1, ...known) * 10) / 10);
  const rows = classes.map(({ name, precision, recall, f1, support }) => {
    const share = isNumber(f1) ? (f1 - floor) / (1 - floor) : 0;
    return html`<tr><th scope="row">${name}</th><td>${percent(precision)}</td><td>${percent(recall)}</td><td>${percent(f1)}</td><td class="bars"><span class="bar" style="--share: ${share.toFixed(3)}"></span></td><td>${count(support)}</td></tr>\n`;
  });
  const table = html`<table class="numbers">
<thead><tr><th scope="col">Class</th><th scope="col">Precision</th><th scope="col">Recall</th><th scope="col">F1</th><td class="bars"></td><th scope="col">Images</th></tr></thead>
<tbody>${rows}</tbody></table>`;
  return html`${scrolled("Classes", table)}
<p class="note">Precision: of the images read as this class, the share that are of it. Recall: of the images of this class, the share that were read as it. F1: their harmonic mean; its bars begin at ${percent(floor, 0)}.</p>`;
}
