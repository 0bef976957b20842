import * as Plot from "@observablehq/plot";
import { Figure } from "../drawing/figure.ts";
import { html } from "../drawing/html.ts";
import { count, counted, percent } from "../drawing/numbers.ts";
import { drawn } from "../drawing/plot.ts";
import type { PredictionsJson } from "../results.ts";
import { calibrationOf } from "../statistics/calibration.ts";
import { given } from "./given.ts";

const [WIDTH, HEIGHT] = [340, 260];
const [LEFT, RIGHT] = [46, 16];
/** With fewer images, the accuracy of a bin is mostly chance. */
const MIN_IMAGES = 10;

/**
 * Reliability diagram: accuracy by confidence, in 15 bins, with the expected calibration error (ECE). On the diagonal,
 * predictions are correct as often as their confidence claims. Larger dots stand for more images. Bins of fewer than
 * ten images are not drawn, but are included in the ECE.
 */
export function calibration(predictions: PredictionsJson): Figure {
  const { bins, ece } = calibrationOf(given("calibration", "predictions", predictions));
  const shown = bins.filter(({ images }) => images >= MIN_IMAGES);
  const hidden = bins.filter(({ images }) => images > 0 && images < MIN_IMAGES).length;
  const format = (value: number) => percent(value, 0);
  const axis = { ticks: [0, 0.25, 0.5, 0.75, 1], tickFormat: format, label: null, fontSize: 12 };
  const { marks } = drawn({
    width: WIDTH,
    height: HEIGHT,
    marginLeft: LEFT,
    marginRight: RIGHT,
    marginTop: 26,
    marginBottom: 40,
    x: { domain: [0, 1] },
    y: { domain: [0, 1] },
    r: { type: "sqrt", range: [3, 11] },
    marks: [
      Plot.gridY({ ticks: [0, 0.25, 0.5, 0.75, 1], stroke: "var(--ink)", strokeOpacity: 0.12 }),
      Plot.axisY({ ...axis, tickSize: 0, tickPadding: 8 }),
      Plot.axisX({ ...axis, tickSize: 4 }),
      Plot.link([0], { x1: 0, y1: 0, x2: 1, y2: 1, stroke: "var(--soft)", strokeDasharray: "4,4" }),
      Plot.line(shown, { x: "confidence", y: "accuracy", stroke: "var(--training)", strokeWidth: 1.5 }),
      Plot.dot(shown, {
        x: "confidence",
        y: "accuracy",
        r: "images",
        fill: "var(--training)",
        fillOpacity: 0.75,
        title: ({ from, to, images, confidence, accuracy }) =>
          `confidence ${format(from)} to ${format(to)}: ${count(images)} images, mean confidence ${percent(confidence, 1)}, accuracy ${percent(accuracy, 1)}`,
      }),
    ],
  });
  const left = hidden > 0 ? `; ${counted(hidden, "bin")} of fewer than ${MIN_IMAGES} images not shown` : "";
  const names = html`<text x="${WIDTH - RIGHT}" y="${HEIGHT - 6}" text-anchor="end" fill="var(--soft)">confidence</text><text x="0" y="12" fill="var(--soft)">accuracy</text>`;
  return new Figure(
    {
      title: "Calibration",
      label: `Calibration: expected calibration error ${percent(ece)}${left}.`,
      note: `ECE ${percent(ece)}${left}`,
      width: WIDTH,
      height: HEIGHT,
    },
    html`${marks}${names}`,
  );
}
