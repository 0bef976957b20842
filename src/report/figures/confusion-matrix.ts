import { checkOptions, numberWithin, oneOf } from "../../core/errors.ts";
import { shortName } from "../drawing/class-name.ts";
import { Figure } from "../drawing/figure.ts";
import { html } from "../drawing/html.ts";
import { count, percent, round } from "../drawing/numbers.ts";
import { shades } from "../drawing/shade.ts";
import { shortened, textWidth } from "../drawing/text.ts";
import type { EvaluationJson } from "../results.ts";
import { cellsOf, shownConfusion } from "../statistics/confusion.ts";
import { given } from "./given.ts";

/** Options of {@link confusionMatrix}. */
export interface ConfusionMatrixOptions {
  /** Numbers in the cells: "count" (default), or "percent" of the images of the true class (of the row). */
  readonly show?: "count" | "percent";
  /** The width of all cells together, in pixels, at least 240; default 480. Up to 20 classes, cells are 24 to 46 wide. */
  readonly size?: number;
}

/** With more classes the cells are too small for numbers. */
const MAX_WITH_NUMBERS = 20;
/** Of more classes, those with the most confusions are shown. */
const MAX_CLASSES = 100;
const MAX_NAME = 120;

/**
 * Confusion matrix: true classes in rows, predicted classes in columns. Correct predictions and errors have separate
 * colour scales, so that the errors of a good network stay visible.
 */
export function confusionMatrix(
  evaluation: Pick<EvaluationJson, "confusionMatrix"> & Partial<Pick<EvaluationJson, "perClass">>,
  options: ConfusionMatrixOptions = {},
): Figure {
  checkOptions("confusionMatrix", options, ["show", "size"]);
  const { show = "count", size: wanted = 480 } = options;
  const { confusionMatrix: whole, perClass } = given("confusionMatrix", "confusion", evaluation);
  oneOf("confusionMatrix: show", show, ["count", "percent"]);
  const { classes: shown, counts, images, which } = shownConfusion(whole, MAX_CLASSES);
  const classes = shown.length;
  const names = shown.map((k) => shortName(perClass?.[k]?.name) || String(k));
  const dense = classes > MAX_WITH_NUMBERS;
  numberWithin("confusionMatrix size", wanted, 240);
  const least = wanted < 480 ? 24 : 32;
  const cell = dense ? 14 : Math.max(least, Math.min(46, Math.round(wanted / classes)));
  const fontSize = dense ? 11 : 12;
  const short = names.every((name) => textWidth(name, fontSize) <= cell);
  const widest = names.reduce((most, name) => Math.max(most, textWidth(name, fontSize)), 0);
  const left = Math.min(MAX_NAME, widest) + 32;
  const top = short ? 40 : Math.min(MAX_NAME, widest) * 0.75 + 40;
  const shade = shades(counts, images);
  const cells = counts.map((row, t) => {
    const total = images[t];
    return row.map((value, p) => {
      const kind = p === t ? "right" : "wrong";
      if (value === 0 && p !== t && dense) return "";
      const [x, y] = [left + p * cell, top + t * cell];
      const what = `${names[t]} predicted as ${names[p]}: ${count(value)} of ${count(total)} (${percent(total > 0 ? value / total : null, 1)})`;
      const strength = kind === "right" ? 0.06 + 0.34 * shade[t][p] : 0.75 * shade[t][p];
      const strong = dense ? 0.15 + 0.85 * shade[t][p] : strength;
      const text = dense ? "" : cellText(value, total, show);
      return html`<g><title>${what}</title><rect x="${round(x + 1)}" y="${round(y + 1)}" width="${cell - 2}" height="${cell - 2}" rx="${dense ? 1 : 3}" fill="var(--${kind})" fill-opacity="${strong.toFixed(3)}"/>${text && html`<text x="${round(x + cell / 2)}" y="${round(y + cell / 2 + 4)}" text-anchor="middle" font-size="${show === "percent" ? 11 : 12}"${p === t ? html` font-weight="600"` : ""}${value === 0 ? html` fill="var(--soft)" fill-opacity="0.5"` : ""}>${text}</text>`}</g>`;
    });
  });
  const rows = names.map(
    (name, t) =>
      html`<text x="${round(left - 6)}" y="${round(top + t * cell + cell / 2 + fontSize / 3)}" text-anchor="end" font-size="${fontSize}">${shortened(name, fontSize, MAX_NAME)}</text>`,
  );
  const columns = names.map((name, p) => {
    const [x, y] = [round(left + p * cell + cell / 2), round(top - 6)];
    const place = short
      ? html`x="${x}" y="${y}" text-anchor="middle"`
      : html`transform="translate(${round(x + fontSize / 3)},${y}) rotate(-48)"`;
    return html`<text ${place} font-size="${fontSize}">${shortened(name, fontSize, MAX_NAME)}</text>`;
  });
  const size = classes * cell;
  const middle = round(top + size / 2);
  const axes = html`<text x="${round(left + size / 2)}" y="12" text-anchor="middle" fill="var(--soft)">predicted class</text><text transform="translate(12,${middle}) rotate(-90)" text-anchor="middle" fill="var(--soft)">true class</text>`;
  const { classes: all, cells: each } = cellsOf(whole);
  const sum = (some: typeof each) => some.reduce((total, { times }) => total + times, 0);
  const right = sum(each.filter(({ label, predicted }) => label === predicted));
  return new Figure(
    {
      title: "Confusion matrix",
      note: [which, show === "percent" ? "percent of the row" : ""].filter(Boolean).join("; "),
      label: `Confusion matrix of ${all} classes: ${count(right)} of ${count(sum(each))} images on the diagonal.`,
      width: Math.ceil(Math.max(300, left + size + (short ? 4 : widest * 0.6))),
      height: Math.ceil(top + size + 4),
    },
    html`${axes}${columns}${rows}${cells}`,
  );
}

function cellText(value: number, total: number, show: "count" | "percent"): string {
  if (value === 0) return "·";
  return show === "count" ? String(value) : percent(value / total, 1).replace("%", "");
}
