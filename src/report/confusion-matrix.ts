import { type Html, html } from "./html.ts";
import { count, percent } from "./numbers.ts";

/** Counts[true class][class it was read as]. */
export type Confusion = readonly (readonly number[])[];

/** With more classes than this the cells are too small for their numbers; they can still be pointed at. */
const MOST_WITH_NUMBERS = 20;

const MOST_PAIRS = 10;

/**
 * Who was read as whom. What is right is shaded by its share of the class, what is wrong in another colour by its
 * count against the most frequent mistake: on one scale a good network's mistakes would be invisible.
 */
export function confusionFigure(counts: Confusion, names: readonly string[]): Html {
  const dense = counts.length > MOST_WITH_NUMBERS;
  const worst = Math.max(1, ...counts.flatMap((row, t) => row.filter((_, p) => p !== t)));
  // Long names stand in the rows only; the columns then have the class numbers.
  const short = names.every((name) => name.length <= 3);
  const heads = counts.map((_, k) => (short ? names[k] : k));
  const longest = Math.max(...names.map((name) => name.length)) + (short ? 2 : 4);
  const rows = counts.map((row, t) => {
    const total = row.reduce((sum, value) => sum + value, 0);
    const cells = row.map((value, p) => {
      const share = p === t ? value / Math.max(1, total) : Math.sqrt(value / worst);
      const kind = p === t ? "right" : "wrong";
      const what = `${names[t]} read as ${names[p]}: ${count(value)} of ${count(total)}`;
      const text = dense ? "" : value === 0 ? html`<i>·</i>` : value;
      return html`<td class="${kind}" style="--share: ${share.toFixed(3)}" title="${what}">${text}</td>`;
    });
    const head = short ? names[t] : html`<small>${t}</small> ${names[t]}`;
    return html`<tr><th scope="row">${head}</th>${cells}</tr>`;
  });
  return html`<div class="scroll"><table class="confusion${dense ? " dense" : ""}">
<thead><tr><td style="--names: ${Math.min(16, longest)}ch"></td>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`${row}\n`)}</tbody></table></div>
<p class="note">Rows: the true class. Columns: what it was read as.</p>`;
}

/** The mistakes made most often. */
export function confusedPairs(counts: Confusion, names: readonly string[]): Html {
  const pairs = counts
    .flatMap((row, t) => row.map((times, p) => ({ times, t, p, total: row.reduce((sum, value) => sum + value, 0) })))
    .filter(({ times, t, p }) => times > 0 && t !== p)
    .sort((a, b) => b.times - a.times || a.t - b.t || a.p - b.p)
    .slice(0, MOST_PAIRS);
  if (pairs.length === 0) return html`<p>No image was read as another class.</p>`;
  const most = pairs[0].times;
  const items = pairs.map(
    ({ times, t, p, total }) =>
      html`<li><span class="pair"><b>${names[t]}</b> → <b>${names[p]}</b></span><span class="bar" style="--share: ${(times / most).toFixed(3)}"></span><span class="times">${count(times)} <small>${percent(times / total, 1)}</small></span></li>\n`,
  );
  return html`<ol class="pairs">${items}</ol>`;
}
