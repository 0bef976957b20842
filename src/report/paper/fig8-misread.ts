import { checkOptions } from "../../core/errors.ts";
import { type Bar, barChart, barRows, barsHeight } from "../drawing/bar-chart.ts";
import { className } from "../drawing/class-name.ts";
import { Figure } from "../drawing/figure.ts";
import { html } from "../drawing/html.ts";
import { count, counted } from "../drawing/numbers.ts";
import { examplePicture } from "../drawing/pictures.ts";
import { shortened } from "../drawing/text.ts";
import { given } from "../figures/given.ts";
import type { PaperJson } from "./paper-results.ts";
import { publishedConfusions } from "./published.ts";
import { confusionsOf, MAX_MISREAD, misreadInOrder, quickNote } from "./setups.ts";

/** Options of {@link paperMisread}. */
export interface PaperMisreadOptions {
  /** Maximum number of images; default 300. */
  readonly max?: number;
}

const [COLUMNS, CELL, PICTURE, ROW] = [10, 42, 34, 56];
const WIDTH = COLUMNS * CELL;
/** Rarer confusions have so few images that their counts are mostly chance. */
const MAX_CONFUSIONS = 8;
const NONE = "No image was misclassified.";

/**
 * The paper's Fig. 8: all misclassified test images with true class → predicted class, in the order of the classes, and
 * the most frequent confusions below them.
 */
export function paperMisread(paper: PaperJson, options: PaperMisreadOptions = {}): Figure {
  checkOptions("paperMisread", options, ["max"]);
  const { max = MAX_MISREAD } = options;
  const { misread, quick } = given("paperMisread", "paper", paper);
  const all = misreadInOrder(paper);
  const images = all.slice(0, max);
  const name = (k: number) => shortened(className(misread.classNames, k), 11, (CELL - 14) / 2);
  const cells = images.map((example, i) => {
    const { label, predicted, index } = example;
    const [x, y] = [(i % COLUMNS) * CELL, Math.floor(i / COLUMNS) * ROW];
    const box = { x: x + (CELL - PICTURE) / 2, y, width: PICTURE, height: PICTURE };
    const what = `image ${index}: ${className(misread.classNames, label)} predicted as ${className(misread.classNames, predicted)}`;
    return html`<g><title>${what}</title><rect x="${box.x - 0.5}" y="${y - 0.5}" width="${PICTURE + 1}" height="${PICTURE + 1}" fill="none" stroke="var(--line)"/>${examplePicture(example, misread.shape, box)}<text x="${x + CELL / 2}" y="${y + PICTURE + 13}" text-anchor="middle" font-size="11">${name(label)}→<tspan fill="var(--wrong)" font-weight="600">${name(predicted)}</tspan></text></g>`;
  });
  const grid = Math.ceil(images.length / COLUMNS) * ROW;
  const bars = barsOf(paper);
  const counts =
    bars.length === 0
      ? ""
      : html`<text x="0" y="${grid + 20}" font-weight="600">Most frequent</text><g transform="translate(0,${grid + 28})">${barRows({ bars, colour: "var(--wrong)", width: WIDTH })}</g>`;
  const many =
    images.length < all.length ? `the first ${count(images.length)} of ${count(all.length)}` : count(all.length);
  return new Figure(
    {
      title: "Misclassified test images",
      note: quickNote(quick, all.length === 0 ? "" : `${many}, true class → predicted class`),
      label: `${counted(all.length, "misclassified test image")}. ${bars.map((bar) => `${bar.name}: ${bar.text}`).join("; ")}`,
      width: WIDTH,
      height: all.length === 0 ? 24 : grid + 28 + barsHeight(bars),
    },
    all.length === 0 ? html`<text x="0" y="15" fill="var(--soft)">${NONE}</text>` : html`${cells}${counts}`,
  );
}

/** The most frequent confusions alone, for the page, which shows the images in HTML. */
export function paperConfusions(paper: PaperJson): Figure {
  const { quick } = given("paperConfusions", "paper", paper);
  return barChart({
    title: "Most confused pairs",
    note: quickNote(quick, "true class → predicted class"),
    bars: barsOf(paper),
    colour: "var(--wrong)",
    empty: NONE,
  });
}

function barsOf(paper: PaperJson): Bar[] {
  const { classNames } = paper.misread;
  return confusionsOf(paper)
    .slice(0, MAX_CONFUSIONS)
    .map(({ label, predicted, times }) => {
      const papers = publishedConfusions.find((one) => one.label === label && one.predicted === predicted);
      return {
        name: `${className(classNames, label)} → ${className(classNames, predicted)}`,
        value: times,
        text: `${count(times)}${papers ? ` (paper: ${papers.times})` : ""}`,
      };
    });
}
