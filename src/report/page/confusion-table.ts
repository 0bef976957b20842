import { cut, widest } from "../../core/columns.ts";
import { shortName } from "../drawing/class-name.ts";
import { type Html, html } from "../drawing/html.ts";
import { count, percent } from "../drawing/numbers.ts";
import { shades } from "../drawing/shade.ts";
import type { EvaluationJson, ExamplesJson } from "../results.ts";
import { shownConfusion } from "../statistics/confusion.ts";
import { picture } from "./pictures.ts";
import { scrolled } from "./sections.ts";

/** With more classes the cells are too small for numbers. They still have tooltips and open. */
const MAX_WITH_NUMBERS = 20;
/** Maximum number of letters of a class name in the headings. */
const MAX_NAME = 16;
/** Of more classes, those with the most confusions are shown. */
const MAX_CLASSES = 100;

/**
 * Confusion matrix as a table. Each cell opens its images, by mouse, touch and keyboard, without a script. The reader
 * chooses between counts and percent of the row.
 */
export function confusionTable(
  { confusionMatrix, perClass }: Pick<EvaluationJson, "confusionMatrix" | "perClass">,
  examples?: ExamplesJson,
): Html {
  const { classes, counts, images, which } = shownConfusion(confusionMatrix, MAX_CLASSES);
  const names = classes.map((k) => shortName(perClass[k]?.name) || String(k));
  const dense = counts.length > MAX_WITH_NUMBERS;
  const slanted = !names.every((name) => name.length <= 3);
  const longest = widest(names.map(clipped)) + 1;
  const shade = shades(counts, images);
  const byCell = new Map<string, ExamplesJson["images"][number][]>();
  for (const example of examples?.images ?? []) {
    const cell = `${example.label}-${example.predicted}`;
    byCell.get(cell)?.push(example) ?? byCell.set(cell, [example]);
  }
  const popovers: Html[] = [];
  const rows = counts.map((row, t) => {
    const total = images[t];
    const cells = row.map((value, p) => {
      const kind = p === t ? "right" : "wrong";
      if (dense && value === 0 && p !== t) return html`<td></td>`;
      const pair = `${names[t]} predicted as ${names[p]}`;
      const what = `${pair}: ${count(value)} of ${count(total)}`;
      const text = dense
        ? ""
        : value === 0
          ? html`<i>·</i>`
          : html`<span class="count">${value}</span><span class="share">${percent(value / total, 1, "short").replace("%", "")}</span>`;
      const cell = `${classes[t]}-${classes[p]}`;
      const shown = byCell.get(cell);
      if (shown && examples) popovers.push(popover(cell, pair, what, value, shown, examples.shape));
      const content = shown
        ? html`<button type="button" popovertarget="cell-${cell}" aria-label="${what}; show images">${text}</button>`
        : text;
      return html`<td class="${kind}" style="--share: ${shade[t][p].toFixed(3)}" title="${what}">${content}</td>`;
    });
    return html`<tr><th scope="row" title="${names[t]}">${clipped(names[t])}</th>${cells}</tr>\n`;
  });
  const heads = names.map((name) => html`<th scope="col" title="${name}"><span>${clipped(name)}</span></th>`);
  return html`<fieldset class="choice"><legend>Show</legend><label><input type="radio" name="confusion" value="count" checked> counts</label><label><input type="radio" name="confusion" value="share"> percent of the row</label></fieldset>
${scrolled(
  "Confusion matrix",
  html`<table class="confusion${dense ? " dense" : ""}${slanted ? " slanted" : ""}" style="--classes: ${counts.length}; --names: ${longest}ch">
<thead><tr class="axis"><th colspan="${counts.length + 1}">true class ↓, predicted class →</th></tr><tr><td></td>${heads}</tr></thead>
<tbody>${rows}</tbody></table>`,
)}
<p class="note">${which && `${which[0].toUpperCase()}${which.slice(1)}. `}${examples ? "Choose a cell to see its images. " : ""}Correct predictions and errors have separate colour scales.</p>
${popovers}`;
}

function clipped(name: string): string {
  return cut(name, MAX_NAME);
}

function popover(
  cell: string,
  pair: string,
  what: string,
  value: number,
  shown: ExamplesJson["images"],
  shape: readonly number[],
): Html {
  const rest =
    value > shown.length
      ? html`<p class="note">${count(shown.length)} of its ${count(value)} images with their confidence: ${cell.split("-")[0] === cell.split("-")[1] ? "the highest and the lowest" : "the highest"}.</p>`
      : "";
  const surestFirst = [...shown].sort((a, b) => b.confidence - a.confidence);
  const pictures = surestFirst.map((example) => picture(example, shape, pair, percent(example.confidence, 1)));
  return html`<div popover id="cell-${cell}" class="cell"><h3>${what}</h3><ul class="pictures">${pictures}</ul>${rest}<button type="button" popovertarget="cell-${cell}" popovertargetaction="hide">Close</button></div>\n`;
}
