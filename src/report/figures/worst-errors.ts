import { checkOptions } from "../../core/errors.ts";
import { className, withArrow } from "../drawing/class-name.ts";
import { Figure } from "../drawing/figure.ts";
import { html } from "../drawing/html.ts";
import { percent } from "../drawing/numbers.ts";
import { examplePicture } from "../drawing/pictures.ts";
import { shortened } from "../drawing/text.ts";
import type { ExamplesJson } from "../results.ts";
import { given } from "./given.ts";

/** Options of {@link worstErrors}. */
export interface WorstErrorsOptions {
  /** Maximum number of images; default 24. */
  readonly max?: number;
}

const COLUMNS = 8;
const CELL = 92;
const PICTURE = 72;
const ROW = 112;

/** The errors of the highest confidence as images, with true class → predicted class and the confidence. */
export function worstErrors(examples: ExamplesJson, options: WorstErrorsOptions = {}): Figure {
  checkOptions("worstErrors", options, ["max"]);
  const { max = 24 } = options;
  const { classNames, images, shape } = given("worstErrors", "examples", examples);
  const errors = images
    .filter(({ label, predicted }) => label !== predicted)
    .sort((a, b) => b.confidence - a.confidence || a.index - b.index)
    .slice(0, max);
  // Bold letters are about as wide as letters of the next font size.
  const name = (k: number) => shortened(className(classNames, k), 13, (CELL - 26) / 2);
  const cells = errors.map((example, i) => {
    const { label, predicted, confidence, index } = example;
    const [x, y] = [(i % COLUMNS) * CELL, Math.floor(i / COLUMNS) * ROW];
    const what = `image ${index}: ${className(classNames, label)} predicted as ${className(classNames, predicted)}, confidence ${percent(confidence)}`;
    const picture = examplePicture(example, shape, {
      x: x + (CELL - PICTURE) / 2,
      y,
      width: PICTURE,
      height: PICTURE,
    });
    return html`<g><title>${what}</title>${picture}<text x="${x + CELL / 2}" y="${y + PICTURE + 15}" text-anchor="middle" font-weight="600">${withArrow(name(label))}<tspan fill="var(--wrong)">${name(predicted)}</tspan></text><text x="${x + CELL / 2}" y="${y + PICTURE + 30}" text-anchor="middle" fill="var(--soft)" font-size="11">${percent(confidence, 1)}</text></g>`;
  });
  const rows = Math.max(1, Math.ceil(errors.length / COLUMNS));
  const title = "Worst errors";
  const note = "true class → predicted class, and its confidence";
  const none = html`<text x="0" y="15" fill="var(--soft)">No image was misclassified.</text>`;
  const height = errors.length === 0 ? 24 : rows * ROW;
  return new Figure({ title, note, width: COLUMNS * CELL, height }, errors.length === 0 ? none : html`${cells}`);
}
