import { Figure } from "../drawing/figure.ts";
import { html } from "../drawing/html.ts";
import { count, percent } from "../drawing/numbers.ts";
import type { PredictionsJson } from "../results.ts";
import { calibrationOf } from "../statistics/calibration.ts";
import { probabilities } from "../statistics/probabilities.ts";
import { given } from "./given.ts";

const BINS = 20;
const WIDTH = 340;
const [LEFT, RIGHT] = [46, 10];
const PANEL = 92;
const GAP = 34;

/**
 * Histograms of the confidence of correct and of wrong predictions. Each has its own axis: on a common one, the wrong
 * predictions of a good network would be invisible.
 */
export function confidence(predictions: PredictionsJson): Figure {
  probabilities("confidence", given("confidence", "predictions", predictions));
  const { bins: all } = calibrationOf(predictions, BINS);
  const counts = { correct: all.map(({ right }) => right), wrong: all.map(({ images, right }) => images - right) };
  const step = (WIDTH - LEFT - RIGHT) / BINS;
  const panels = (["correct", "wrong"] as const).map((kind, p) => {
    const bins = counts[kind];
    const [total, max] = [bins.reduce((a, b) => a + b, 0), Math.max(...bins)];
    const [top, bottom] = [p * (PANEL + GAP) + 14, p * (PANEL + GAP) + 14 + PANEL];
    const bars = bins.map((images, k) => {
      const height = max > 0 ? (images / max) * PANEL : 0;
      const what = `confidence ${percent(k / BINS, 0)} to ${percent((k + 1) / BINS, 0)}: ${count(images)} ${kind}`;
      const bar = images > 0 ? Math.max(1, height) : 0;
      return html`<g><title>${what}</title><rect x="${(LEFT + k * step).toFixed(1)}" y="${top}" width="${step.toFixed(1)}" height="${PANEL}" fill="transparent"/><rect x="${(LEFT + k * step + 1).toFixed(1)}" y="${(bottom - bar).toFixed(1)}" width="${(step - 2).toFixed(1)}" height="${bar.toFixed(1)}" fill="var(--${kind === "correct" ? "right" : "wrong"})"/></g>`;
    });
    const axis = html`<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${bottom + 0.5}" y2="${bottom + 0.5}" stroke="var(--soft)"/><text x="${LEFT - 8}" y="${top + 10}" text-anchor="end" fill="var(--soft)">${count(max)}</text><text x="${LEFT - 8}" y="${bottom}" text-anchor="end" fill="var(--soft)">0</text>`;
    return html`${bars}${axis}<text x="${LEFT}" y="${top - 5}" font-weight="600">${count(total)} ${kind}</text>`;
  });
  const bottom = 2 * PANEL + GAP + 14;
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const x = LEFT + share * (WIDTH - LEFT - RIGHT);
    return html`<text x="${x}" y="${bottom + 18}" text-anchor="${share === 1 ? "end" : "middle"}" fill="var(--soft)">${percent(share, 0)}</text>`;
  });
  const name = html`<text x="${WIDTH - RIGHT}" y="${bottom + 36}" text-anchor="end" fill="var(--soft)">confidence</text>`;
  const sum = (kind: keyof typeof counts) => count(counts[kind].reduce((a, b) => a + b, 0));
  const label = `Confidence of ${sum("correct")} correct and ${sum("wrong")} wrong predictions.`;
  return new Figure(
    { title: "Confidence histograms", label, width: WIDTH, height: bottom + 42 },
    html`${panels}${ticks}${name}`,
  );
}
