import { cut } from "../../core/columns.ts";
import { shortName } from "../drawing/class-name.ts";
import { type Html, html } from "../drawing/html.ts";
import { count, isNumber, percent } from "../drawing/numbers.ts";
import type { ClassJson } from "../results.ts";
import { worstClasses } from "../statistics/worst-classes.ts";
import { scrolled } from "./sections.ts";

/** Columns of a name: with more, the numbers would not be seen beside it. */
const MAX_NAME = 32;

/** Table of images, error, precision, recall and F1 of each class; of many classes, those with the most errors. */
export function classTable(classes: readonly ClassJson[]): Html {
  const shown = worstClasses(classes);
  const rows = shown.map((k) => {
    const { name, precision, recall, f1, support } = classes[k];
    const whole = shortName(name) || String(k);
    return html`<tr><th scope="row" title="${whole}">${cut(whole, MAX_NAME)}</th><td>${count(support)}</td><td>${percent(isNumber(recall) ? 1 - recall : null)}</td><td>${percent(precision)}</td><td>${percent(recall)}</td><td>${percent(f1)}</td></tr>\n`;
  });
  const which =
    shown.length < classes.length
      ? `The ${shown.length} of ${count(classes.length)} classes with the most errors; evaluation.json has all. `
      : "";
  const table = html`<table class="numbers">
<thead><tr><th scope="col">Class</th><th scope="col">Images</th><th scope="col">Error</th><th scope="col">Precision</th><th scope="col">Recall</th><th scope="col">F1</th></tr></thead>
<tbody>${rows}</tbody></table>`;
  return html`${scrolled("Precision and recall", table)}
<p class="note">${which}Recall: the share of the images of this class that were predicted as this class. Error: 1 − recall. Precision: the share of the images predicted as this class that belong to it. F1: the harmonic mean of precision and recall.</p>`;
}
